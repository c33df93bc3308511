"use strict";
// Shows the snippets for one kind of page, and copies them. Without it, all are there to be marked and copied.
const format = document.getElementById("format");
const state = document.querySelector("[role=status]");
const snippets = [...document.querySelectorAll(".snippet")];

function choose() {
  for (const snippet of snippets) {
    snippet.hidden = snippet.dataset.format !== format.value;
  }
}

// The clipboard is closed to pages that came over http; marking and copying then still works.
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand("copy");
  }
}

for (const snippet of snippets) {
  const button = snippet.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const isCopied = await copy(snippet.querySelector("code"));
    const does = button.querySelector(".does");
    state.textContent = does.textContent = isCopied ? "Copied" : "Marked: copy it";
    setTimeout(() => { does.textContent = "Copy"; state.textContent = ""; }, 2000);
  });
}
format.addEventListener("change", choose);
format.closest(".choice").hidden = false;
choose();
