// What the report does beyond showing itself: filter, open all, copy. Without it all can be read.
"use strict";
(() => {
  const filter = document.getElementById("filter");
  const findings = [...document.querySelectorAll(".finding")];
  const shown = document.getElementById("shown");
  const openAll = document.getElementById("open-all");

  // A finding is shown if it has all the words; target: and topic: have to be whole ones.
  const matches = (finding, words) => words.every((word) => /^(target|topic):/.test(word)
    ? ` ${finding.dataset.words} `.includes(` ${word} `) : finding.dataset.words.includes(word));
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const finding of findings) {
      finding.hidden = !matches(finding, words);
      count += finding.hidden ? 0 : 1;
    }
    const all = `${findings.length} finding${findings.length === 1 ? "" : "s"}`;
    shown.textContent = words.length ? `${count} of ${all}` : all;
  };

  if (filter) {
    filter.form.addEventListener("submit", (event) => event.preventDefault());
    filter.addEventListener("input", apply);
    document.addEventListener("keydown", (event) => {
      const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        filter.focus();
      } else if (event.key === "Escape" && event.target === filter) {
        filter.value = "";
        apply();
      }
    });
    openAll.addEventListener("click", () => {
      const visible = findings.filter((finding) => !finding.hidden);
      const open = visible.some((finding) => !finding.open);
      for (const finding of visible) finding.open = open;
      openAll.textContent = open ? "Close all" : "Open all";
    });
    for (const button of document.querySelectorAll(".show")) {
      button.addEventListener("click", () => {
        filter.value = button.dataset.filter;
        apply();
        document.getElementById("findings").scrollIntoView();
        filter.focus({ preventScroll: true });
      });
    }
    apply();  // a browser may have kept what was typed
  }

  const copyByHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied ? Promise.resolve() : Promise.reject();
  };
  const copy = (text) => navigator.clipboard
    ? navigator.clipboard.writeText(text).catch(() => copyByHand(text)) : copyByHand(text);
  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", () => {
      const source = document.getElementById(button.dataset.copy);
      copy(source.value ?? source.textContent).then(
        () => { button.textContent = "Copied"; }, () => { button.textContent = "Cannot copy"; });
    });
  }

  const openTarget = () => {
    const target = findings.find((finding) => `#${finding.id}` === location.hash);
    if (target) target.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();
  addEventListener("beforeprint", () => {
    for (const finding of findings) finding.open = true;
  });
})();
