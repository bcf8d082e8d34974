import { CHART_STYLE } from '../charts/style.ts'

/** The style sheet of a report. Everything that is not of the charts; colours are their variables. */
const PAGE_STYLE = `*{box-sizing:border-box}
html{scroll-padding-top:9rem}
.sign{flex:none;width:17px;height:15px;margin-top:2px;text-align:center;font:600 11px/15px ui-monospace,"Cascadia Mono",Menlo,monospace;border:1px solid transparent}
.sign.s-absent{border-color:var(--rule)}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI",sans-serif;overflow-wrap:anywhere}
main,.top,.foot{max-width:1040px;margin:0 auto;padding:0 20px}
.patterns{position:absolute}
a{color:var(--accent)}
h1,h2,h3,h4{line-height:1.25;margin:0}
h1{font-size:15px;font-weight:600}
h2{font-size:24px;font-weight:650;letter-spacing:-.01em;margin:.2em 0 .5em;max-width:52em}
h2 .rule{text-decoration-thickness:1px}
h3{font-size:17px;margin:0 0 .6em;padding-top:.9em;border-top:1px solid var(--rule)}
h4{font-size:14px;font-weight:600}
p{margin:0 0 .6em;max-width:76ch}
section{margin:2.2em 0 0}
.quiet{color:var(--ink-quiet);font-size:13px;font-weight:400}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:8px;top:-60px;background:var(--paper);padding:8px 12px;border:2px solid var(--accent);z-index:9}
.skip:focus{top:8px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[hidden]{display:none!important}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:6px 16px;padding-top:14px;padding-bottom:10px}
.top .spacer{flex:1}
button,select{font:inherit;font-size:13px;color:var(--ink);background:var(--paper);border:1px solid var(--rule-strong);border-radius:5px;padding:3px 9px;min-height:28px}
button:hover{border-color:var(--ink)}
.eyebrow{margin:1.2em 0 .3em;color:var(--ink-quiet);font-size:14px}
.description{color:var(--ink-quiet);max-width:80ch}
.badge{display:inline-block;font-weight:650;font-size:13px;letter-spacing:.02em;padding:1px 9px;border:1.5px solid;border-radius:11px;white-space:nowrap}
.badge.pass,.good{color:var(--good)}
.badge.fail,.bad{color:var(--bad)}
.badge.undecided{color:var(--ink)}
.facts{display:flex;flex-wrap:wrap;gap:0;margin:1em 0;border:1px solid var(--rule);border-radius:8px}
.fact{flex:1 1 190px;padding:10px 16px;border-right:1px solid var(--rule)}
.fact:last-child{border-right:0}
.fact dt{font-size:13px;color:var(--ink-quiet)}
.fact dd{margin:0}
.fact strong{display:block;font-size:21px;font-weight:650;font-variant-numeric:tabular-nums}
.fact.bad{color:inherit}
.fact.bad strong{color:var(--bad)}
.fact .quiet{display:block;line-height:1.35}
.why{margin:0 0 1em;padding-left:1.2em;max-width:96ch}
.chain{margin-top:1.4em}
.chain ol{list-style:none;margin:0 0 .6em;padding:0;max-width:100ch}
.chain li{padding:2px 0 2px 1.6em;position:relative}
.chain li+li::before{content:"←";position:absolute;left:.2em;color:var(--ink-quiet)}
.cursor-bar{position:sticky;top:0;z-index:5;display:flex;flex-wrap:wrap;align-items:center;gap:4px 14px;background:var(--paper);border:1px solid var(--rule-strong);border-radius:8px;padding:7px 12px;margin:1.4em 0 0}
.clock{min-width:6.2em;flex:0 1 auto}
.clock .now{font:650 19px/1.2 ui-monospace,"Cascadia Mono",Menlo,monospace}
.controls{display:flex;flex:1 1 320px;gap:6px;align-items:center}
.controls input{flex:1;min-width:60px;accent-color:var(--accent)}
.cursor-bar .moment-text{flex:1 1 100%;font-size:13px;line-height:1.4;color:var(--ink-quiet);height:1.4em;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.chosen{display:flex;gap:8px;align-items:center;font-size:13px}
.figure{margin:0 0 1.4em;min-width:0}
.figure figcaption{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;margin-bottom:2px}
.reading{margin-left:auto;font-size:13px;font-variant-numeric:tabular-nums;font-weight:600}
.rules{font-size:12px}
.rule{white-space:nowrap}
.box{overflow:auto;max-width:100%}
.plot{max-height:min(74vh,760px);position:relative}
.plot .chart{min-width:700px;max-width:none}
.timeline{max-height:460px}
.command{border:1px solid var(--rule);border-radius:6px;padding:7px 10px;white-space:pre;background:var(--fold)}
code{font:13px/1.45 ui-monospace,"Cascadia Mono",Menlo,monospace}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 10px;padding:0;font-size:13px}
.legend li{display:flex;gap:6px;align-items:center}
.swatch{flex:none;font:11px/1 sans-serif}
.where{display:grid;grid-template-columns:minmax(330px,1fr) minmax(0,1.9fr);gap:24px}
.where>.figure:only-child,.where>.list[hidden]+.figure{grid-column:1/-1}
.instances{max-height:420px;overflow:auto;border:1px solid var(--rule);border-radius:6px;margin-top:6px;font-size:13px}
.option{display:flex;gap:8px;padding:2px 10px;cursor:pointer;border-left:4px solid transparent}
.option .name{flex:1 1 auto;min-width:0}
.option .state{flex:0 1 auto;max-width:58%;text-align:right;color:var(--ink-quiet)}
.option[aria-selected=true]{border-left-color:var(--accent);background:var(--fold);font-weight:600}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:0 32px}
.pair .chart,.where .chart{min-width:0}
.num .interval{display:block;white-space:nowrap;font-size:12px}
.data{font-size:13px;margin-top:4px}
.data .box{max-height:420px;border:1px solid var(--rule);border-radius:6px;margin-top:6px}
summary{cursor:pointer;color:var(--ink-quiet);width:fit-content}
table{overflow-wrap:break-word;border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;width:100%}
caption{text-align:left;font-weight:600;padding:4px 10px}
th,td{text-align:left;vertical-align:top;padding:3px 10px;border-bottom:1px solid var(--rule)}
th{color:var(--ink-quiet);font-weight:600;position:sticky;top:0;background:var(--paper)}
.num{text-align:right;white-space:nowrap}
tr.at{background:var(--fold)}
tr.chosen{outline:2px solid var(--accent);outline-offset:-2px}
.moment{white-space:nowrap;font-variant-numeric:tabular-nums}
td .badge{font-size:12px}
.topics{display:grid;grid-template-columns:9em minmax(0,1fr);gap:4px 16px;margin:0}
.topics dt{color:var(--ink-quiet)}
.topics dd{margin:0}
.topics p{margin:0 0 .2em;max-width:96ch}
.findings{padding-left:1.2em}
.rulebook dt{font-weight:600;margin-top:.8em}
.rulebook dt:target{background:var(--fold);outline:2px solid var(--accent);outline-offset:3px}
.rulebook dd{margin:0;max-width:90ch}
.index tr.here{background:var(--fold)}
.foot{margin-top:3em;padding-bottom:3em;color:var(--ink-quiet);font-size:13px}
.chart .cursor{stroke:var(--accent);stroke-width:1.6;pointer-events:none}
.chart .picked{fill:none;stroke:var(--accent);stroke-width:2.5;pointer-events:none}
.zones .i{cursor:pointer}
.time .chart{cursor:crosshair}
@media(max-width:900px){.where{grid-template-columns:minmax(0,1fr)}.topics{grid-template-columns:minmax(0,1fr)}.topics dt{font-weight:600;margin-top:.5em}}
@media(max-width:600px){body{font-size:14px}h2{font-size:19px}main,.top,.foot{padding-left:12px;padding-right:12px}.fact{flex-basis:45%;padding:8px 10px;border-bottom:1px solid var(--rule)}.fact strong{font-size:18px}.cursor-bar{padding:5px 8px}.cursor-bar .moment-text{height:2.8em;white-space:normal}html{scroll-padding-top:12rem}}
@media print{.cursor-bar,.skip,.list,.top button,.data:not([open]){display:none!important}.box,.plot,.timeline,.data .box{overflow:visible;max-height:none;border:0}.plot .chart{width:100%;height:auto;min-width:0}.plot .zones{width:auto;max-width:100%}.reading[data-at]::before{content:"at " attr(data-at) ": ";font-weight:400}.figure,.facts,tr{break-inside:avoid}h3,h4{break-after:avoid}.where{display:block}a{color:inherit}main,.top,.foot{max-width:none;padding:0}.picked{display:none}th{position:static}}`

export const REPORT_STYLE = `${CHART_STYLE}\n${PAGE_STYLE}`
