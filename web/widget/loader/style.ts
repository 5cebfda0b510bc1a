/** The look of the element, inside its own shadow root. `--warmline-side` and `--warmline-bottom` move it about. */
export const STYLE = `
:host{--a:#2c5cc5;--on:#fff;--side:var(--warmline-side,20px);--bottom:var(--warmline-bottom,20px);
position:fixed;z-index:var(--warmline-z,2147483000);inset-block-end:var(--bottom);right:var(--side);width:56px;height:56px}
:host([data-side=left]){right:auto;left:var(--side)}
:host([hidden]){display:none}
button{all:unset;box-sizing:border-box;position:relative;display:grid;place-items:center;width:56px;height:56px;border-radius:28px;
background:var(--a);color:var(--on);cursor:pointer;box-shadow:0 1px 2px rgb(20 28 45/.16),0 8px 24px rgb(20 28 45/.22);transition:transform 150ms ease-out}
button:hover{transform:scale(1.04)}
button:active{transform:scale(.97)}
button:focus-visible{outline:3px solid var(--a);outline-offset:3px;box-shadow:0 0 0 3px #fff}
svg{grid-area:1/1;width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;transition:opacity 150ms ease-out,transform 150ms ease-out}
.x,[aria-expanded=true] .b{opacity:0;transform:scale(.6)}
[aria-expanded=true] .x{opacity:1;transform:none}
.n{position:absolute;top:-4px;inset-inline-end:-4px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border-radius:11px;
background:#b42525;color:#fff;border:2px solid #fff;font:600 12px/18px system-ui,sans-serif;text-align:center}
.n:empty{display:none}
iframe{position:absolute;inset-block-end:72px;right:0;width:384px;max-width:calc(100vw - 2*var(--side));height:640px;
max-height:calc(100vh - var(--bottom) - 72px - 16px);max-height:calc(100dvh - var(--bottom) - 72px - 16px);border:0;border-radius:16px;
background:Canvas;box-shadow:0 0 0 1px rgb(120 132 156/.22),0 1px 2px rgb(20 28 45/.1),0 16px 48px rgb(20 28 45/.2);visibility:hidden;opacity:0;transform:translateY(8px);
transition:opacity 160ms ease-out,transform 160ms ease-out,visibility 0s 160ms}
:host([data-side=left]) iframe{right:auto;left:0}
:host([open]) iframe{visibility:visible;opacity:1;transform:none;transition-delay:0s}
@media (max-width:520px),(max-height:420px){
:host([open]){inset:0;width:auto;height:auto}
:host([open]) button{display:none}
iframe,:host([data-side=left]) iframe{inset:0;width:100%;height:100%;max-width:none;max-height:none;border-radius:0;box-shadow:none}
:host(:not([open])) iframe{display:none}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){button{border:2px solid ButtonText}iframe{border:1px solid CanvasText}}
@media print{:host{display:none}}
`;
