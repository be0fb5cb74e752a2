"""The style sheet of the report: one column of sections, light and dark, and a print form without dark areas."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1b1d22;--soft:#565b66;--line:#dedbd4;--main:#2456c7;
--second:#b4400c;--good:#0e6b3c;--goodbg:#e2f3e9;--warn:#7a4d00;--warnbg:#fdf0d3;--bad:#a31621;--badbg:#fce4e4;
--calmbg:#e9ecf2;--code:#f2f0eb}
@media (prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1d2026;--ink:#eceef2;--soft:#a9afba;--line:#363b45;
--main:#86abff;--second:#ff9d5c;--good:#7fdca6;--goodbg:#153524;--warn:#ffcf70;--warnbg:#3a2c0d;--bad:#ff9c9c;
--badbg:#451b1f;--calmbg:#2a2f39;--code:#272b33}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:1.75rem;line-height:1.2;margin:0;letter-spacing:-.015em}
h2{font-size:1.25rem;margin:0 0 4px;letter-spacing:-.01em}
h3{font-size:1rem;margin:0}
p{margin:0 0 10px;max-width:75ch}
header{display:flex;gap:16px;align-items:flex-start;justify-content:space-between;flex-wrap:wrap;margin-bottom:20px}
header p{color:var(--soft);margin:6px 0 0;font-size:.92rem}
.line span{margin-right:.9em;display:inline-block}
.line b{font-weight:600;color:var(--ink)}
.state{font-weight:700;font-size:1.05rem;padding:8px 18px;border-radius:999px;white-space:nowrap}
.state.good,.mark.good{background:var(--goodbg);color:var(--good)}
.state.warn,.mark.warn{background:var(--warnbg);color:var(--warn)}
.state.bad,.mark.bad{background:var(--badbg);color:var(--bad)}
.mark.calm{background:var(--calmbg);color:var(--ink)}
.mark{display:inline-block;padding:1px 9px;border-radius:6px;font-weight:600;font-size:.88rem;white-space:nowrap}
.answers{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:14px}
.answer{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:16px 20px;min-width:0}
.answer h2{font-size:.9rem;font-weight:600;color:var(--soft);letter-spacing:0}
.answer .big{font-size:1.3rem;font-weight:650;line-height:1.3;margin:2px 0 8px;max-width:none}
.answer ul{margin:0;padding:0;list-style:none}
.answer li{padding:5px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
.answer li:first-child{border-top:0}
.answer .why{color:var(--soft);font-size:.9rem}
.answer li .why{display:block}
code{font:.88em/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace;background:var(--code);padding:2px 7px;
border-radius:6px;overflow-wrap:anywhere}
.strip{display:flex;flex-wrap:wrap;gap:1px;background:var(--line);
border:1px solid var(--line);border-radius:14px;overflow:hidden;margin:14px 0 0}
.strip div{flex:1 0 140px;background:var(--card);padding:11px 16px;display:flex;flex-direction:column-reverse;
justify-content:flex-end}
.strip dt{color:var(--soft);font-size:.84rem}
.strip dd{margin:0;font-size:1.3rem;font-weight:650;font-variant-numeric:tabular-nums}
section{margin-top:40px}
.plots{columns:2;column-gap:14px}
figure{margin:0 0 14px;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 16px;
break-inside:avoid}
figcaption{font-size:.92rem;font-weight:600;margin-bottom:6px}
figure svg{width:100%;height:auto;display:block}
.scroll{overflow-x:auto}
details{margin-top:12px}
summary{cursor:pointer;color:var(--main);font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding:4px 0 6px}
th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
thead th{color:var(--soft);font-weight:600;font-size:.84rem;border-bottom-width:2px}
tbody th{font-weight:600;overflow-wrap:break-word}
.n{text-align:right;padding-right:4px;padding-left:14px}
.none{color:var(--soft);font-style:italic;font-weight:400}
.two{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 36px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:10px 24px;margin:10px 0}
.facts dt{color:var(--soft);font-size:.84rem}
.facts dd{margin:0;overflow-wrap:anywhere}
.viewer{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 18px;margin-top:14px;
break-inside:avoid}
.viewer>p{margin:0 0 4px;color:var(--soft);font-size:.9rem}
.sides{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:22px}
.sides.one{grid-template-columns:minmax(0,1fr)}
.sides.one .cards{max-width:560px}
.sides h4{margin:6px 0 0;font-size:.84rem;color:var(--soft);font-weight:600}
.sides h5{margin:8px 0 5px;font-size:.9rem;font-weight:600}
.cards{display:grid;grid-template-columns:repeat(8,minmax(0,1fr));gap:6px;margin:0;padding:0;list-style:none}
.cards li{font-size:.66rem;line-height:1.25;overflow:hidden;color:var(--soft)}
.cards span{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;
overflow-wrap:anywhere}
.cards svg{width:100%;height:auto;display:block;border-radius:5px;margin-bottom:3px}
.cards .new{color:var(--ink);font-weight:600}
.cards .new svg{outline:3px solid var(--main);outline-offset:-1px}
.defs{position:absolute}
footer{margin-top:48px;color:var(--soft);font-size:.86rem;border-top:1px solid var(--line);padding-top:12px}
@media (max-width:760px){.plots{columns:1}.answers,.two,.sides{grid-template-columns:minmax(0,1fr)}
main{padding:18px 14px 40px}tbody th{overflow-wrap:anywhere;min-width:6em}.mark{white-space:normal}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--main:#2456c7;
--second:#b4400c;--good:#0e6b3c;--goodbg:#fff;--warn:#7a4d00;--warnbg:#fff;--bad:#a31621;--badbg:#fff;--calmbg:#fff;
--code:#f2f2f2}@page{margin:14mm}.answers,.two,.sides{grid-template-columns:repeat(2,minmax(0,1fr))}
details::details-content{content-visibility:visible;display:block}
.plots{columns:2}.answer,.strip{break-inside:avoid}body{font-size:10.5pt}main{max-width:none;padding:0}section{margin-top:22px}
.state,.mark{border:1px solid currentColor}h2,caption,thead{break-after:avoid}tr{break-inside:avoid}
.cards svg,.cards .new svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
