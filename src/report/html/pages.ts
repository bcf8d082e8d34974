/** Everything that makes pages, in one place: the command line loads it only when a page is asked for. */
export { campaignArticle } from './campaign-article.ts'
export { compareArticle } from './compare-article.ts'
export { htmlPage } from './page.ts'
export { runArticle } from './run-article.ts'
export { sensitivityArticle } from './sensitivity-article.ts'
export { tuneArticle } from './tune-article.ts'
