// A slider over the days of an answer: what it is moved to is answered in place, without a new page.
// The answer comes as a script, as the names for the search do: the policy of pages that show the
// words of passages lets no script load anything else.

const FIRST_OF_1970 = 719163; // days are counted from 1 January of the year 1
const REST = 100; // milliseconds without a move before the answer is asked for
const slider = document.querySelector("#slider");
const { address, before, left, right, width } = slider.dataset;
const changes = Array.from(slider.list.options, ({ value, label }) => [Number(value), label]);
const line = document.querySelector(".lanes .day");
const words = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
let shown = address;
let resting;

const dateOf = (day) => new Date((day - FIRST_OF_1970) * 86_400_000);

/** Return the day that is some years after `day`, or before. */
function yearsAfter(day, years) {
  const date = dateOf(day);
  return FIRST_OF_1970 + date.setUTCFullYear(date.getUTCFullYear() + years) / 86_400_000;
}

const KEYS = {
  ArrowLeft: (day) => changes.findLast(([change]) => change < day)?.[0] ?? slider.min,
  ArrowRight: (day) => changes.find(([change]) => change > day)?.[0] ?? slider.max,
  PageDown: (day) => yearsAfter(day, -1),
  PageUp: (day) => yearsAfter(day, 1),
};

/** Say which day the slider is at, with how many have which verdict then, and move the line there. */
function tell() {
  const day = slider.valueAsNumber;
  const counts = changes.findLast(([change]) => change <= day)?.[1] ?? before;
  const text = `${words.format(dateOf(day))}: ${counts}`;
  slider.setAttribute("aria-valuetext", text);
  document.querySelector("[data-part=shown]").textContent = text;
  const share = (day - slider.min) / (slider.max - slider.min);
  const x = Number(left) + share * (right - left);
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
}

/** Put the answer for the slider's day in the place of the one that is shown. */
async function load() {
  const day = dateOf(slider.value).toISOString().slice(0, 10);
  const asked = address.replace(/\bday=[^&]*/, `day=${day}`);
  if (asked === shown) return;
  shown = asked;
  let page;
  try {
    page = (await import(`${asked}&format=js`)).default;
  } catch {
    return location.assign(asked); // which says what is wrong
  }
  if (asked !== shown) return; // it was moved on
  const { title, body } = new DOMParser().parseFromString(page, "text/html");
  const parts = [...body.querySelector("main").children];
  const places = [...document.querySelector("main").children];
  if (parts.length !== places.length) return location.assign(asked);
  const { top } = slider.getBoundingClientRect();
  parts.forEach((part, index) => {
    const old = places[index];
    if (old.matches("details")) part.open = old.open;
    // What the reader holds or has filled in stays.
    if (!old.matches("form, .slider, .lanes")) old.replaceWith(part);
  });
  // It stays where the reader has it.
  scrollBy({ top: slider.getBoundingClientRect().top - top, behavior: "instant" });
  document.querySelector("input[name=day]").value = day;
  document.title = title;
  history.replaceState(history.state, "", asked);
  document.dispatchEvent(new Event("answer"));
}

slider.addEventListener("keydown", (event) => {
  const step = KEYS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  slider.value = step(slider.valueAsNumber);
  slider.dispatchEvent(new Event("input"));
});
slider.addEventListener("input", () => {
  tell();
  clearTimeout(resting);
  resting = setTimeout(load, REST);
});
slider.style.setProperty("--from", left / width);
slider.style.setProperty("--to", right / width);
tell();
slider.parentElement.hidden = false;
