#pragma once

#include <string_view>

namespace gasket::detail {

/// How pages look: light and dark by what the reader's system prefers, from the width of a telephone to that
/// of a wall. No font, image or script is fetched from anywhere.
inline constexpr std::string_view page_style = R"css(
:root{color-scheme:light dark;
--page:#f4f6f8;--card:#ffffff;--text:#1a212b;--muted:#566171;--line:#dbe0e7;--link:#1f51b8;
--fill:#4a7bdc;--track:#e4e9f1;--below-fill:#c9612f;--third:#1d7f54;--heat:74 123 220;--cold:214 106 52;
--serious:#9b1c12;--serious-page:#fdebe8;--warning:#734600;--warning-page:#fdf2d9;
--note:#445060;--note-page:#e9edf2;--good:#0f5c36;--good-page:#e0f3e8}
@media screen and (prefers-color-scheme:dark){:root{
--page:#0f141b;--card:#19212b;--text:#e6eaf0;--muted:#a4afbd;--line:#2e3946;--link:#93b7ff;
--fill:#6c9bf5;--track:#2a3442;--below-fill:#e58a5b;--third:#5cc492;--heat:92 142 245;--cold:214 112 62;
--serious:#ffb3a8;--serious-page:#46191a;--warning:#f3cf8a;--warning-page:#3b2e12;
--note:#c3ccd8;--note-page:#2a3440;--good:#98dfb5;--good-page:#143524}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:1280px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
h1{font-size:28px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;margin:0 0 12px}
h3{font-size:15px;line-height:1.4;margin:16px 0 6px;overflow-wrap:anywhere}
p{margin:0 0 10px;max-width:90ch}
p:last-child{margin-bottom:0}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.muted,figcaption,footer{color:var(--muted)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:6px 18px;margin:14px 0 0;padding:0 0 12px;
border-bottom:1px solid var(--line)}
section{margin:28px 0;scroll-margin-top:16px}
.panel,.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.tiles dt{color:var(--muted);font-size:13px}
.tiles dd{margin:0;font-size:22px;font-weight:600;line-height:1.3;overflow-wrap:anywhere}
.tiles dd small{display:block;font-size:13px;font-weight:400;color:var(--muted)}
.pill{display:inline-block;border-radius:999px;padding:1px 10px;font-size:13px;font-weight:600;
color:var(--note);background:var(--note-page);white-space:nowrap}
.pill.serious{color:var(--serious);background:var(--serious-page)}
.pill.warning{color:var(--warning);background:var(--warning-page)}
.pill.good{color:var(--good);background:var(--good-page)}
.alerts{list-style:none;margin:0;padding:0}
.alerts li{display:grid;grid-template-columns:minmax(0,190px) 150px minmax(0,1fr);gap:2px 16px;padding:8px 0;
border-top:1px solid var(--line);align-items:baseline}
.alerts li:first-child{border-top:0;padding-top:2px}
.alerts li:last-child{padding-bottom:2px}
.alerts li.more{display:block}
.alerts .who{font-weight:600;overflow-wrap:anywhere}
.alerts p{margin:0;overflow-wrap:anywhere}
ul.plain{margin:0;padding-left:20px}
ul.plain li+li{margin-top:4px}
.panel+.panel{margin-top:12px}
.panel>h3:first-child{margin-top:0}
.columns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,360px),1fr));gap:14px;
align-items:start}
.card [id]{scroll-margin-top:64px}
.card{content-visibility:auto;contain-intrinsic-size:auto 420px;scroll-margin-top:16px;min-width:0}
.card>header{padding:0;display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 10px;margin-bottom:10px}
.card h3{margin:0;font-size:16px}
.card ul.said{list-style:none;margin:10px 0 0;padding:10px 0 0;border-top:1px solid var(--line);font-size:14px}
.card ul.said li+li{margin-top:6px}
details.card{contain-intrinsic-size:auto 58px}
details.card>summary{overflow-wrap:anywhere}
details.card>summary h3{display:inline}
details.card[open]>summary{margin-bottom:12px}
summary{cursor:pointer;color:var(--link)}
details.card>summary{color:var(--text)}
svg.histogram{display:block;width:100%;height:92px;border-bottom:1px solid var(--muted)}
svg.spark{width:92px;height:24px;display:block}
svg path{fill:var(--fill)}
svg.strip{display:block;width:100%;height:12px;margin:5px 0 1px}
svg.strip line{stroke:var(--fill);stroke-width:2}
svg.strip .thick{stroke-width:8;opacity:.45}
svg.strip .median{stroke:var(--text);stroke-width:2}
.axis{display:flex;justify-content:space-between;gap:12px;font-size:13px;color:var(--muted)}
.bars{list-style:none;margin:0;padding:0;display:grid;gap:4px 10px;
grid-template-columns:minmax(70px,max-content) minmax(40px,1fr) max-content}
.bars li{display:grid;grid-template-columns:subgrid;grid-column:1/-1;align-items:center}
.bars .name{max-width:26ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bars .n{text-align:right}
.bar{display:block;height:12px;border-radius:3px;background:var(--track);overflow:hidden;min-width:40px}
.bar>span{display:block;height:100%;background:var(--fill);border-radius:3px}
.bar.gap>span{background:var(--below-fill)}
.bars.pairs{grid-template-columns:minmax(60px,44%) minmax(50px,1fr) max-content}
.bars .pair{display:grid;gap:2px}
.bars .pair .bar{height:7px}
.after{margin-top:12px}
dl.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:8px 8px;margin:12px 0 0}
.caption{font-size:13px;color:var(--muted);margin:12px 0 6px}
dl.facts dd{font-size:14px}
dl.facts dt{font-size:13px;color:var(--muted)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
dl.facts dd,.n,td.n,th.n,.axis{font-variant-numeric:tabular-nums}
.scroll+p,.scroll+details,.alerts+details{margin-top:10px}
.scroll{overflow-x:auto;max-width:100%}
.scroll.tall{max-height:70vh;overflow-y:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:5px 10px;text-align:left;vertical-align:middle;border-bottom:1px solid var(--line)}
thead th{font-size:13px;color:var(--muted);font-weight:600;white-space:nowrap;vertical-align:bottom}
.tall thead th{position:sticky;top:0;background:var(--card);z-index:1}
tbody tr:last-child>*{border-bottom:0}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:140px}
td.n,th.n{text-align:right;white-space:nowrap}
td.wide-bar{min-width:140px;width:40%}
.matrices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:12px;
align-items:start;margin:12px 0}
.matrices .panel{margin:0;min-width:0}
table.matrix{width:auto;border-collapse:separate;border-spacing:2px}
table.matrix th,table.matrix td{border:0;padding:4px 6px;font-size:13px}
table.matrix td{text-align:right;min-width:46px;font-variant-numeric:tabular-nums;border-radius:3px}
table.matrix .above{background:rgb(var(--heat) / calc(var(--strength)*.62))}
table.matrix .below{background:rgb(var(--cold) / calc(var(--strength)*.62))}
table.matrix thead th span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;max-height:150px;
overflow:hidden;text-overflow:ellipsis}
table.matrix tbody th{font-weight:400;min-width:0;white-space:nowrap;max-width:200px;overflow:hidden;
text-overflow:ellipsis;position:sticky;left:0;background:var(--card)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));gap:12px;align-items:start}
.plots.broad{grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr))}
.plots .panel{margin:0;min-width:0}
td.torn{overflow-wrap:anywhere;min-width:110px}
ul.plain+.scroll,.bars+p,.legend+p,.plot+p{margin-top:10px}
.plots+.panel,.panel+.plots,.tiles+.panel{margin-top:12px}
.plot{font-size:13px;color:var(--muted);margin-bottom:10px}
.plot .y-title{margin:0 0 9px}
.plot .x-title{margin:26px 0 0;text-align:center}
.plot .area{position:relative;height:280px;margin:0 18px 0 calc(var(--left) + 9px);
border-left:1px solid var(--muted);border-bottom:1px solid var(--muted)}
.plot.low .area{height:84px}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot svg path{fill:none;stroke:var(--fill);stroke-width:2;stroke-linejoin:round}
.plot svg .second{stroke:var(--below-fill);stroke-dasharray:7 3}
.plot svg .third{stroke:var(--third);stroke-dasharray:2 3}
.plot svg .base{stroke:var(--muted);stroke-width:1;stroke-dasharray:4 4}
.plot svg .filled{fill:var(--fill);stroke:none}
.plot svg .points{stroke-width:4;stroke-linecap:round;opacity:.5}
.plot svg line{stroke:var(--line);stroke-width:1}
.plot svg .mark{stroke:var(--text);stroke-dasharray:5 3}
.plot svg .whisker{stroke:var(--fill);stroke-width:2;opacity:.5}
.plot .tick{position:absolute;white-space:nowrap;line-height:1;font-variant-numeric:tabular-nums}
.plot .tick.y{right:100%;margin-right:6px;transform:translateY(50%)}
.plot .tick.x{top:100%;margin-top:7px;transform:translateX(-50%)}
.plot .tip{position:absolute;top:0;bottom:0}
.plot .tip:hover{background:rgb(var(--heat) / .14)}
.plot .dot{position:absolute;width:10px;height:10px;border-radius:50%;background:var(--fill);
transform:translate(-50%,50%)}
.legend{list-style:none;margin:10px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px}
.legend span{display:inline-block;width:22px;height:0;border-top:2px solid var(--fill);vertical-align:middle;
margin-right:6px}
.legend .second{border-top-style:dashed;border-color:var(--below-fill)}
.legend .third{border-top-style:dotted;border-color:var(--third)}
.legend .base{border-top:1px dashed var(--muted)}
.legend .mark{border-top:1px dashed var(--text)}
.legend.blocks span{width:12px;height:12px;border:0;border-radius:3px;background:var(--fill)}
.legend.blocks .gap{background:var(--below-fill)}
table.matrix.few td{min-width:96px;padding:8px 10px;font-size:15px}
table.matrix.few thead td{min-width:0;font-size:13px}
table.matrix.few thead th{text-align:right}
table.matrix.few thead th span{writing-mode:initial;transform:none;max-height:none}
table.matrix td small{display:block;white-space:nowrap}
.verdict{border-radius:10px;padding:14px 18px;margin:12px 0;border:1px solid currentcolor}
.verdict .word{margin:0;font-weight:700;font-size:30px;line-height:1.2}
.verdict ul{margin:6px 0 0;padding-left:20px}
.verdict li{overflow-wrap:anywhere}
.verdict.good{color:var(--good);background:var(--good-page)}
.verdict.warning{color:var(--warning);background:var(--warning-page)}
.verdict.serious{color:var(--serious);background:var(--serious-page)}
td.wide-bar .bar+.bar{margin-top:2px}
td.wide-bar .bar{height:8px}
table.rates tbody th{min-width:96px;overflow-wrap:break-word}
table.rates th,table.rates td{padding:4px 6px}
table.rates td.wide-bar{min-width:48px;width:34%}
.swatch{display:inline-block;width:22px;height:8px;border-radius:3px;margin-right:6px;background:var(--fill)}
.swatch.gap{background:var(--below-fill)}
.keys{display:flex;gap:4px 16px;flex-wrap:wrap;margin:8px 0 0;font-size:13px;color:var(--muted)}
details.card h3{margin:0 6px 0 0}
.panel .pill{vertical-align:middle}
pre{margin:0;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
footer{padding-top:8px;padding-bottom:40px;font-size:13px}
@media (max-width:640px){
header,main,footer{padding-left:14px;padding-right:14px}
header{padding-top:20px}
h1{font-size:22px}
section{margin:22px 0}
.panel,.card{padding:12px 13px}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}
.tiles div{padding:9px 12px}
.tiles dd{font-size:18px}
.alerts li{grid-template-columns:minmax(0,1fr) max-content}
.alerts li p{grid-column:1/-1}
.spare{display:none}
th,td{padding:5px 7px}
tbody th{min-width:116px}
table.matrix.few td{min-width:74px}
td.wide-bar{min-width:70px}
.bars .name{max-width:16ch}}
@media print{body{background:#fff}.card{content-visibility:visible;break-inside:avoid}nav{display:none}
.scroll.tall{max-height:none}}
)css";

}  // namespace gasket::detail
