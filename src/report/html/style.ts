/** How the HTML report looks: one column, quiet colours, numbers that stand below one another; dark where the reader's system is, plain on paper. */

export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#16191d;--soft:#5c6570;--line:#e3e6ea;--wash:#f6f7f9;
--setup:#d9822b;--tls:#8a5fd0;--wait:#9dbdf0;--receive:#2f6fd6;--idle:#c3c9d1;--probe:#4a9c6d;--bad:#c8372d;--good:#2e8b57;--mark:#d9822b;
--c0:#a9c4ee;--c1:#5f93e0;--c2:#ecbf6a;--c3:#dd8230;--c4:#c8372d}
@media(prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e6e9ec;--soft:#98a2ad;--line:#2b3138;--wash:#1b1f24;
--setup:#e8974a;--tls:#a98be0;--wait:#3d5f94;--receive:#6ea3f2;--idle:#4a525c;--probe:#5fb585;--bad:#ef6a5f;--good:#5cba85;--mark:#e8974a;
--c0:#4a6ea3;--c1:#6ea3f2;--c2:#d9ab50;--c3:#e8974a;--c4:#ef6a5f}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2.5rem 1.5rem 4rem;max-width:66rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;
-webkit-text-size-adjust:100%;font-variant-numeric:tabular-nums}
h1{font-size:1.75rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:.4rem 0 .6rem;text-wrap:balance}
h2{font-size:1.05rem;font-weight:650;margin:2.75rem 0 .75rem}
h3{font-size:.9rem;font-weight:600;margin:0 0 .5rem}
p{margin:.4rem 0}
.soft,figcaption,caption{color:var(--soft)}
.small,figcaption{font-size:.82rem}
figcaption{margin-top:.5rem;line-height:1.4}
code{font:.86em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
pre{margin:.4rem 0;padding:.55rem .75rem;background:var(--wash);border-radius:5px;overflow-x:auto}
pre code{white-space:pre}
.figures{display:grid;grid-template-columns:repeat(6,1fr);margin:1.4rem 0 0;border:1px solid var(--line);border-radius:7px;overflow:hidden}
.figures div{padding:.7rem .9rem;margin:-1px 0 0 -1px;border-top:1px solid var(--line);border-left:1px solid var(--line)}
.figures dt{font-size:.78rem;color:var(--soft)}
.figures dd{margin:0;font-size:1.35rem;font-weight:600;letter-spacing:-.01em;white-space:nowrap}
.figures .hot dd{color:var(--bad)}
.figures .fine dd{color:var(--good)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{padding:.32rem .7rem .32rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-size:.76rem;font-weight:500;color:var(--soft)}
th.n,td.n{text-align:right}
td.wrap{white-space:normal;min-width:12rem}
td.name{max-width:24rem;overflow-wrap:anywhere;white-space:normal}
td:last-child,th:last-child{padding-right:0}
td.n+td:not(.n),th.n+th:not(.n){padding-left:.9rem}
.plot+td,.plot+th{padding-left:.7rem}
b.hot{color:var(--bad);font-weight:600}
.plot{width:100%;padding-top:0;padding-bottom:0;vertical-align:middle;min-width:15rem}
.plot svg{display:block;width:100%;overflow:visible}
svg text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--soft);font-variant-numeric:tabular-nums}
svg .strong{fill:var(--ink);font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
svg .hot{fill:var(--bad)}
.axis{stroke:var(--line);stroke-width:1}
.life{stroke:var(--idle);stroke-width:2}
.setup{fill:var(--setup)}.wasted{fill:var(--bad)}.tls{fill:var(--tls)}.wait{fill:var(--wait)}.receive{fill:var(--receive)}
.probe{stroke:var(--probe);stroke-width:1.5}.fin{stroke:var(--ink);stroke-width:1.5}.rst{stroke:var(--bad);stroke-width:2}
.bar{fill:var(--receive)}.ended{fill:var(--setup)}.held{fill:var(--idle)}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}
.curve{fill:none;stroke:var(--receive);stroke-width:2}.lifo{fill:none;stroke:var(--soft);stroke-width:1.3;stroke-dasharray:2 3}
.seen{stroke:var(--bad);stroke-width:1;stroke-dasharray:4 3}.now{stroke:var(--soft);stroke-width:1}
.dot{fill:var(--paper);stroke:var(--receive);stroke-width:1.6}.knee{fill:var(--mark);stroke:var(--paper);stroke-width:1.5}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.5rem 0 0;font-size:.8rem;color:var(--soft)}
.legend svg{width:.8rem;height:.8rem;margin-right:.4rem;vertical-align:-.08rem;overflow:visible}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:2rem 2.5rem}
figure{margin:0;min-width:0}
figure svg.chart{display:block;width:100%;height:auto}
.advice{margin:1.1rem 0 0;padding:.7rem .95rem;border-left:3px solid var(--good);background:var(--wash);border-radius:0 5px 5px 0}
.finding{border-left:3px solid var(--idle);padding:.1rem 0 .1rem .9rem;margin:0 0 1rem}
.finding.problem{border-color:var(--bad)}.finding.warning{border-color:var(--setup)}
.finding .word{font-weight:600}
.problem .word{color:var(--bad)}.warning .word{color:var(--setup)}
ul{padding-left:1.1rem;margin:.4rem 0}
details>summary{cursor:pointer;color:var(--soft);font-size:.88rem;margin:.6rem 0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.8rem}
@media screen and (max-width:60rem){.figures{grid-template-columns:repeat(3,1fr)}}
@media screen and (max-width:44rem){body{padding:1.4rem 1rem 3rem;font-size:14px}h1{font-size:1.35rem}.figures{grid-template-columns:repeat(2,1fr)}.figures dd{font-size:1.15rem}
.waterfall .extra{display:none}.waterfall .plot{min-width:10rem}.waterfall td:last-child{white-space:normal;min-width:7rem}
.origins :is(th,td):is(:nth-child(2),:nth-child(3),:nth-child(4)){display:none}.origins td.name{min-width:8rem}.origins td.wrap{min-width:6.5rem}th,td{padding-right:.5rem}.charts{grid-template-columns:1fr}svg.chart text{font-size:13px}td.name{min-width:9rem}}
@media print{html{font-size:12.5px}:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#ccc;--wash:#f4f4f4;--setup:#d9822b;--tls:#8a5fd0;--wait:#9dbdf0;--receive:#2f6fd6;--idle:#b0b7c0;--probe:#4a9c6d;--bad:#b3261e;--good:#2e7d4f;--mark:#d9822b}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}body{max-width:none;padding:0;font-size:9.5pt}.figures dd{font-size:12pt}.figures div{padding:.5rem .6rem}.charts{grid-template-columns:1fr 1fr;gap:1.5rem}.plot{min-width:0}h1{font-size:17pt}h2{break-after:avoid}tr,figure,.finding,.figures{break-inside:avoid}.scroll{overflow:visible}thead{display:table-header-group}}
@page{margin:16mm 14mm}
`;
