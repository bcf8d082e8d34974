import { openArticles } from './articles.ts'
import { offerThemes } from './theme.ts'

offerThemes()
openArticles()
document.documentElement.dataset['ready'] = 'true'
