/** The page's look, in both themes, and what little it does. */
export const STYLE = `
:root{--bg:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dfe4ea;--card:#f6f8fa;--work:#2f6fde;--bad:#c8372d;--good:#1d7f4e;--warn:#9a6400;--model:#2f6fde;--tokenizer:#8a4fd0;--io:#d98a1f;--other:#8b97a6}
:root[data-theme=dark]{--bg:#12161c;--ink:#e6eaf0;--soft:#98a4b3;--line:#2b333d;--card:#1a2028;--work:#5b9bff;--bad:#ff6b5e;--good:#4cc38a;--warn:#e6b04d;--model:#5b9bff;--tokenizer:#b58af0;--io:#f0a94a;--other:#7d8896}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:920px;margin:0 auto;padding:28px 20px 60px}
header{display:flex;gap:16px;align-items:flex-start;justify-content:space-between}
h1{font-size:24px;margin:0;overflow-wrap:anywhere}h2{font-size:17px;margin:34px 0 10px}
.soft,td.soft,th{color:var(--soft)}p{margin:4px 0}
button{background:var(--card);color:var(--ink);border:1px solid var(--line);border-radius:6px;padding:5px 10px;font:inherit;font-size:13px;cursor:pointer;white-space:nowrap}
.badge{display:inline-block;border-radius:999px;padding:1px 11px;font-size:13px;font-weight:600;color:var(--bg);vertical-align:3px;margin-left:8px}
.succeeded{background:var(--good)}.partial{background:var(--warn)}.failed{background:var(--bad)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:10px;margin-top:18px}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px}.card b{display:block;font-size:18px;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}.card span{color:var(--soft);font-size:13px}
.note{border-left:3px solid var(--warn);background:var(--card);padding:8px 14px;margin:8px 0;border-radius:0 6px 6px 0;overflow-wrap:anywhere}
svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:11px}.end{text-anchor:end}.middle{text-anchor:middle}
.grid{stroke:var(--line)}.area{fill:var(--work);opacity:.16}.line{fill:none;stroke:var(--work);stroke-width:1.6}.work{fill:var(--work)}.bad{fill:var(--bad)}.death{stroke:var(--bad);stroke-width:2}
.cloud circle{fill:var(--work);opacity:.62}.cloud circle:hover,.cloud circle.on{fill:var(--bad);opacity:1}
.bar{display:flex;height:14px;border-radius:4px;overflow:hidden;background:var(--line);margin-top:5px}.part{min-width:1px}
.p-model{background:var(--model)}.p-tokenizer{background:var(--tokenizer)}.p-i\\/o{background:var(--io)}.p-other{background:var(--other)}.p-written{background:var(--good)}.p-null,.p-wrong{background:var(--warn)}.p-nan{background:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;color:var(--soft);margin:3px 0 12px}.key i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}th{font-weight:500}th.num,td.num{text-align:right;padding-right:20px;font-variant-numeric:tabular-nums;white-space:nowrap}
td.whole{overflow-wrap:normal}code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}details{margin-top:10px}summary{cursor:pointer;color:var(--soft)}
#tip{position:fixed;pointer-events:none;max-width:380px;background:var(--ink);color:var(--bg);border-radius:6px;padding:6px 10px;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere;display:none;z-index:2}
@media print{button{display:none}}`;

export const SCRIPT = `
const root=document.documentElement,button=document.getElementById('theme'),tip=document.getElementById('tip');
const dark=matchMedia('(prefers-color-scheme: dark)');
const paint=(theme)=>{root.dataset.theme=theme;button.textContent=theme==='dark'?'Light':'Dark'};
paint(dark.matches?'dark':'light');
dark.addEventListener('change',(event)=>paint(event.matches?'dark':'light'));
button.addEventListener('click',()=>paint(root.dataset.theme==='dark'?'light':'dark'));
const labels=JSON.parse(document.getElementById('labels').textContent);
for(const cloud of document.querySelectorAll('svg.cloud')){
  const dots=[...cloud.querySelectorAll('circle')],texts=labels[Number(cloud.dataset.cloud)];
  let on=null;
  const off=()=>{on?.classList.remove('on');on=null;tip.style.display='none'};
  cloud.addEventListener('pointermove',(event)=>{
    let best=null,least=14*14;
    for(const dot of dots){const box=dot.getBoundingClientRect(),x=box.x+box.width/2-event.clientX,y=box.y+box.height/2-event.clientY,d=x*x+y*y;if(d<least){least=d;best=dot}}
    off();
    if(!best)return;
    on=best;best.classList.add('on');
    tip.textContent=texts[Number(best.dataset.i)];tip.style.display='block';
    tip.style.left=Math.min(event.clientX+14,innerWidth-tip.offsetWidth-8)+'px';tip.style.top=Math.min(event.clientY+14,innerHeight-tip.offsetHeight-8)+'px';
  });
  cloud.addEventListener('pointerleave',off);
}`;
