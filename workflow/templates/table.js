"use strict";

const body = document.querySelector("tbody");
const heads = [...document.querySelectorAll("th")];

for (const [column, head] of heads.entries()) {
  head.firstElementChild.addEventListener("click", () => sortBy(column));
}

/** Sort the rows by a column: upwards first, downwards at the next click; empty cells last. */
function sortBy(column) {
  const head = heads[column];
  const upwards = head.getAttribute("aria-sort") !== "ascending";
  const isNumber = head.classList.contains("number");
  const rows = [...body.rows].map((row) => {
    const cell = row.cells[column];
    const text = cell.title || cell.textContent;
    return { row, text, value: isNumber ? Number(text) : text };
  });
  rows.sort((one, other) => {
    if (one.text === "" || other.text === "") return (one.text === "") - (other.text === "");
    const order = isNumber ? one.value - other.value : one.value.localeCompare(other.value);
    return upwards ? order : -order;
  });
  body.append(...rows.map(({ row }) => row));
  for (const other of heads) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", upwards ? "ascending" : "descending");
}
