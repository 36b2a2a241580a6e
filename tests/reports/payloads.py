"""A hundred texts that would do harm if they were taken for markup, script, formula or path."""

from __future__ import annotations

CALL = "window.__hit=1"
_TAGS = [
    f"<script>{CALL}</script>", f"<SCRIPT>{CALL}</SCRIPT>", f"<script type=module>{CALL}</script>",
    f"</script><script>{CALL}</script>", f"</SCRIPT ><script>{CALL}//", f"<!--<script>{CALL}</script>",
    f"--><script>{CALL}</script>", f"]]><script>{CALL}</script>", f"</style><script>{CALL}</script>",
    f"</title><script>{CALL}</script>", f"</textarea><script>{CALL}</script>",
    f"<img src=x onerror={CALL}>", f"<img src=x onerror='{CALL}'>", f'"><img src=x onerror="{CALL}">',
    f"'><img src=x onerror={CALL}>", f"<svg onload={CALL}>", f"<svg/onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>", f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<math><mtext></mtext><mglyph><svg><mtext><style><path id='</style><img onerror={CALL} src>'>",
    f"<body onload={CALL}>", f"<iframe src=\"javascript:{CALL}\"></iframe>", f"<iframe srcdoc='<script>parent.{CALL}</script>'>",
    f"<object data=\"javascript:{CALL}\">", f"<embed src=\"javascript:{CALL}\">", f"<details open ontoggle={CALL}>",
    f"<input autofocus onfocus={CALL}>", f"<select autofocus onfocus={CALL}>", f"<video><source onerror={CALL}></video>",
    f"<audio src=x onerror={CALL}>", f"<marquee onstart={CALL}>", f"<a href=\"javascript:{CALL}\">x</a>",
    f"<form action=\"javascript:{CALL}\"><input type=submit>", f"<button formaction=\"javascript:{CALL}\">x</button>",
    f"<base href=\"javascript:{CALL}//\">", f"<meta http-equiv=refresh content=\"0;url=javascript:{CALL}\">",
    "<link rel=stylesheet href=http://example.org/x.css>", "<style>@import 'http://example.org/x'</style>",
    "<style>body{display:none}</style>", "<plaintext>", "<template><b>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
]  # fmt: skip
_ATTRIBUTES = [
    f'" onmouseover="{CALL}', f"' onmouseover='{CALL}", f'" autofocus onfocus="{CALL}" x="', f"` onerror={CALL}",
    f'"onclick={CALL} ', f"x' style='background:url(javascript:{CALL})", '" style="position:fixed;inset:0',
    '" id="data', "' id='main", '" href="http://example.org', f"javascript:{CALL}", f"JaVaScRiPt:{CALL}",
    f"java\tscript:{CALL}", f"data:text/html,<script>{CALL}</script>", f"vbscript:{CALL}", "//example.org/x",
    "http://example.org/x.png", "file:///etc/passwd", "#top", "?x=1",
]  # fmt: skip
_SCRIPT = [
    "\\u003cscript\\u003e", "\u2028window.__hit=1\u2029", '";window.__hit=1;//', "';window.__hit=1;//", "`${window.__hit=1}`",
    "\\';window.__hit=1;//", '"}]};window.__hit=1;({"a":[{"b":"', "<!--", "-->", "<![CDATA[", "]]>",
    "__proto__", "constructor", "toString", "${7*7}", "{{7*7}}", "{% raw %}", "{{ config }}", "{#", "#{7*7}",
    "%s%n", "{0}", "{quote}", "{n!r}", "{0.__class__}",
]  # fmt: skip
_CELLS = [
    "=1+1", "=HYPERLINK(\"http://example.org\",\"x\")", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1",
    "=IMPORTXML(\"http://example.org\",\"//a\")", "'=1+1", "=WEBSERVICE(\"http://example.org\")",
    "[x](javascript:window.__hit=1)", "![x](http://example.org/x.png)", "| a | b |",
]  # fmt: skip
PAYLOADS = [*_TAGS, *_ATTRIBUTES, *_SCRIPT, *_CELLS]
assert len(PAYLOADS) == len(set(PAYLOADS)) >= 100
