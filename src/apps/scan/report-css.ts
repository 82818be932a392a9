/** Style of the report; colours meet WCAG AA on their backgrounds in both themes. */
export const REPORT_CSS = `
:root{color-scheme:light dark;--ink:#1c2024;--ink2:#5a6169;--line:#d9dde1;--paper:#fbfbfa;--critical:#a3122f;--high:#b4470c;--medium:#7a5c00;--low:#2a6478;--informational:#5a6169}
@media(prefers-color-scheme:dark){:root{--ink:#e4e7ea;--ink2:#9aa3ab;--line:#343a40;--paper:#16191c;--critical:#ff7a90;--high:#ff9a5c;--medium:#e0b93f;--low:#7cc4da;--informational:#9aa3ab}}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 Inter,"Segoe UI",system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 8px}h3{font-size:15px;margin:0 0 4px}
.meta,small{color:var(--ink2);overflow-wrap:anywhere}small{display:block}
.levels{display:flex;flex-wrap:wrap;gap:24px;list-style:none;padding:0;margin:16px 0}.levels b{font-size:22px;font-variant-numeric:tabular-nums}
.level{white-space:nowrap}.level.critical{color:var(--critical)}.level.high{color:var(--high)}.level.medium{color:var(--medium)}.level.low{color:var(--low)}.level.informational{color:var(--informational)}
.timeline{width:100%;height:auto;font-size:11px}.timeline text{fill:var(--ink2)}.timeline .axis{stroke:var(--line)}
rect.critical{fill:var(--critical)}rect.high{fill:var(--high)}rect.medium{fill:var(--medium)}rect.low{fill:var(--low)}rect.informational{fill:var(--informational)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--ink2);font-weight:500}
.n{text-align:right;font-variant-numeric:tabular-nums}.t{white-space:nowrap;font-variant-numeric:tabular-nums}
section{border-top:1px solid var(--line);padding:16px 0 4px;margin-top:20px}a{color:inherit}
article{margin:12px 0;padding-left:12px;border-left:2px solid var(--line)}.where{margin:0 0 4px;color:var(--ink2);overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:minmax(110px,180px) 1fr;gap:1px 12px;margin:0}dt{color:var(--ink2);overflow-wrap:anywhere}dd{margin:0;font-family:ui-monospace,monospace;font-size:12.5px;overflow-wrap:anywhere;white-space:pre-wrap}
summary{cursor:pointer}@media print{details{display:block}}@media(max-width:600px){dl{grid-template-columns:1fr}dd{margin-bottom:4px}}
`;
