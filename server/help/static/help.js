/* Search as you type for a page that works without it: the combobox pattern of the ARIA practices. */
(() => {
  const form = document.querySelector("form[data-suggest]");
  if (!form) return;
  const input = form.querySelector("input[type=search]");
  const { suggest, all, none, one, many } = form.dataset;
  const list = document.createElement("ul");
  const live = document.createElement("p");
  let timer = 0;
  let turn = 0;
  let shown = [];
  let at = -1;

  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  live.className = "hidden";
  live.setAttribute("role", "status");
  form.append(list, live);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]])
    input.setAttribute(name, value);

  const open = (yes) => {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
    if (!yes) mark(-1);
  };
  const mark = (place) => {
    shown[at]?.setAttribute("aria-selected", "false");
    at = place;
    const option = shown[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const option = ({ title, url, snippet, lang }, place) => {
    const made = document.createElement("li");
    made.id = `suggestion-${place}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.onclick = () => location.assign(url);
    if (lang) made.lang = lang;
    for (const [tag, text] of [["b", title], ["span", snippet]]) {
      if (!text) continue;
      const words = document.createElement(tag);
      words.dir = "auto";
      words.textContent = text;
      made.append(words);
    }
    return made;
  };
  const ask = async () => {
    const mine = ++turn;
    const text = input.value.trim();
    if (text.length < 2) return open(false);
    try {
      const url = new URL(suggest, location.href);
      url.searchParams.set("q", text);
      const answer = await fetch(url);
      if (!answer.ok || mine !== turn) return;
      const found = await answer.json();
      if (mine !== turn) return;
      shown = found.items.map(option);
      if (shown.length) shown.push(option({ title: all, url: found.all }, shown.length));
      list.replaceChildren(...shown);
      at = -1;
      open(shown.length > 0 && document.activeElement === input);
      const count = found.items.length;
      live.textContent = count === 0 ? none : count === 1 ? one : many.replace("{count}", count);
    } catch {
      // Enter still searches on a page of its own.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 160);
  });
  input.addEventListener("keydown", (event) => {
    const last = shown.length - 1;
    if (event.isComposing || (list.hidden && event.key !== "ArrowDown")) return;
    if (event.key === "ArrowDown" && shown.length) (open(true), mark(at >= last ? -1 : at + 1));
    else if (event.key === "ArrowUp") mark(at < 0 ? last : at - 1);
    else if (event.key === "Escape") open(false);
    else if (event.key === "Enter" && at >= 0) shown[at].click();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || open(false));
  list.addEventListener("mousedown", (event) => event.preventDefault());
})();
