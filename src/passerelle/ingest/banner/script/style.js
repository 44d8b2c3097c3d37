/** How the banner looks: every button has the same size, shape and colours. */
export const STYLE = `
:host{all:initial}
*{box-sizing:border-box;font:16px/1.5 system-ui,sans-serif;color:#111}
dialog{width:min(42rem,calc(100% - 2rem));max-height:calc(100% - 2rem);margin:auto auto 1rem;
padding:1.25rem;border:1px solid #555;border-radius:8px;background:#fff;overflow:auto}
dialog::backdrop{background:rgba(0,0,0,.4)}
h2{margin:0 0 .5rem;font-size:1.25rem;font-weight:700;outline:0}
p{margin:0 0 .75rem}
fieldset{margin:0 0 .75rem;padding:0;border:0}
fieldset[hidden],button[hidden]{display:none}
legend{padding:0;margin-bottom:.5rem;font-weight:700}
fieldset p{display:flex;gap:.75rem;align-items:center;min-height:2rem;margin:0}
input{width:1.5rem;height:1.5rem;flex:none;margin:0;accent-color:#1a3d8f}
label{flex:1;padding:.25rem 0;cursor:pointer}
.buttons{display:grid;grid-template-columns:repeat(3,1fr);gap:.75rem}
button{min-height:3rem;padding:.5rem;border:2px solid #1a3d8f;border-radius:6px;background:#1a3d8f;
color:#fff;font-weight:600;cursor:pointer}
button:hover{background:#12296a}
button:focus-visible,input:focus-visible{outline:3px solid #c05000;outline-offset:2px}
.again{position:fixed;left:.75rem;bottom:.75rem;min-height:2.5rem;z-index:2147483646}
@media(max-width:30rem){.buttons{grid-template-columns:1fr}}
`;
