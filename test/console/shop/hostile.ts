/** Ids that a page may mistake for its own text: markup, and what has no place in a URL or on a line. */
export const hostileIds: readonly string[] = [
  "<img src=x onerror=alert(1)>",
  "\"><script>fetch('https://elsewhere.example')</script>",
  "javascript:alert(1)",
  "&amp;&lt;b&gt;",
  "a\u0000b",
  "line one\nline two\r\n\ttabbed\u001b[31mred\u007f",
  "abc\u202Egpj.exe\u202C",
  "\u2066\u200F\u200Eisolated\u2069",
  "..",
  ".",
  "a/b?c=d#e%2F%",
  " ",
  "",
  "🛒 Ünïcödé 🧑‍🤝‍🧑 שלום",
  "__proto__",
  "x".repeat(1_000),
];

/** A name for a profile: it is shown as a value. */
export const hostileText = "</script><svg onload=alert(2)>\u202E{{7*7}}";
