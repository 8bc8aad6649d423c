// Small helpers without which every page still works: one submit per form, character counts, a filter for long
// tick lists, fields that show when they apply, proposals that fill a form. No inline handlers, so that a strict content security policy holds.
(function () {
  "use strict";

  // A form marked data-once is sent once: the second click of a double click does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelectorAll("button[type=submit]").forEach(function (button) { button.classList.add("is-sending"); });
  });
  // Back in the browser's history shows the page from memory: make its forms usable again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("button[type=submit]").forEach(function (button) { button.classList.remove("is-sending"); });
    });
  });

  // data-most: shows how many characters are written, and when they are too many; with data-least, how many are missing.
  function count(field) {
    var most = Number(field.dataset.most);
    var note = field.nextElementSibling;
    if (!note || !note.classList.contains("char-count")) {
      note = document.createElement("div");
      note.className = "char-count";
      field.after(note);
    }
    var length = Array.from(field.value.trim()).length;
    var missing = Number(field.dataset.least || 0) - seen(field.value);
    note.textContent = (field.value && missing > 0 ? field.dataset.missing.replace("{n}", missing) + " · " : "") + length + " / " + most;
    note.classList.toggle("is-over", length > most);
  }
  // How many signs a reader sees, as the server counts them: a letter with its marks is one, an emoji too, a space none.
  var NOT_SEEN = /^[\p{Z}\p{C}\s\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]*$/u;
  function seen(text) {
    if (!window.Intl || !Intl.Segmenter) return Array.from(text.replace(/\s/g, "")).length;
    var signs = Array.from(new Intl.Segmenter("zh", { granularity: "grapheme" }).segment(text));
    return signs.filter(function (sign) { return !NOT_SEEN.test(sign.segment); }).length;
  }
  ["DOMContentLoaded", "htmx:afterSettle"].forEach(function (name) {
    document.addEventListener(name, function () {
      document.querySelectorAll("[data-most]").forEach(function (field) { if (field.value) count(field); });
    });
  });
  document.addEventListener("input", function (event) {
    if (event.target.dataset.most) count(event.target);
    if (event.target.dataset.filter) filter(event.target);
  });

  // What somebody typed before the scripts were there, on a slow line, has told nobody: say it once they are.
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("input, textarea").forEach(function (field) {
      if (/^(text|search|tel|textarea)$/.test(field.type) && field.value !== field.defaultValue)
        field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });

  // data-filter: hides the labels that do not hold the typed text; ticked ones stay.
  function filter(input) {
    var wanted = input.value.trim().toLowerCase();
    document.querySelectorAll(input.dataset.filter).forEach(function (label) {
      var isTicked = label.querySelector("input").checked;
      label.hidden = Boolean(wanted) && !isTicked && !label.textContent.toLowerCase().includes(wanted);
    });
  }

  // data-when="other=a|b": a field is shown and sent only while the form's field `other` has one of these values, and
  // with "other=" while it has any. What was typed into it stays in the page, and comes back with the choice.
  function isChosen(form, name, values) {
    return Array.from(form.elements).some(function (other) {
      if (other.name !== name || /^(radio|checkbox)$/.test(other.type) && !other.checked) return false;
      return values ? values.split("|").includes(other.value) : other.value !== "";
    });
  }
  function showWhatApplies() {
    document.querySelectorAll("[data-when]").forEach(function (field) {
      var condition = field.dataset.when.split("=");
      var applies = isChosen(field.form, condition[0], condition[1]);
      field.closest("[id^=div_id_]").hidden = !applies;
      field.disabled = !applies;
    });
  }
  ["DOMContentLoaded", "change", "htmx:afterSettle"].forEach(function (name) {
    document.addEventListener(name, showWhatApplies);
  });
  // Also after going back, when the browser fills in what was chosen before.
  window.addEventListener("pageshow", showWhatApplies);

  // data-fill: puts proposed values into the form's fields, by name; a person still sends it. What was filled is marked
  // with the words of the form's data-filled until a person changes it. A box that a person ticked stays ticked.
  function tickProposed(box, isProposed) {
    if (box.checked && !box.dataset.isFilled) return;
    box.checked = isProposed;
    if (isProposed) box.dataset.isFilled = "yes";
    else delete box.dataset.isFilled;
  }
  function markFilled(form, name) {
    var label = form.querySelector("#div_id_" + name + " .form-label");
    var mark = label.querySelector(".filled-mark") || label.appendChild(document.createElement("span"));
    var isTicked = form.querySelector("[name=" + name + "][data-is-filled]");
    mark.className = "mark filled-mark";
    mark.textContent = form.dataset.filled;
    if (form.querySelector("[name=" + name + "]").type === "checkbox" && !isTicked) mark.remove();
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (!button) return;
    var form = button.closest("form");
    var values = JSON.parse(button.dataset.fill);
    Object.keys(values).forEach(function (name) {
      form.querySelectorAll("[name=" + name + "]").forEach(function (field) {
        if (field.type === "checkbox") tickProposed(field, values[name].includes(field.value));
        else field.value = values[name][0];
      });
      markFilled(form, name);
    });
    button.parentNode.querySelectorAll("[data-fill]").forEach(function (other) {
      other.setAttribute("aria-pressed", String(other === button));
    });
  });

  document.addEventListener("change", function (event) {
    delete event.target.dataset.isFilled;
    var block = event.target.closest("[id^=div_id_]");
    var mark = block && block.querySelector(".filled-mark");
    if (mark && !block.querySelector("[data-is-filled]")) mark.remove();
  });

  // data-ticks: a form for all that is ticked, by the ticks' name; one box ticks all of them, and they are counted.
  function showTicks(form) {
    var ticks = Array.from(document.querySelectorAll("[name=" + form.dataset.ticks + "]"));
    var ticked = ticks.filter(function (tick) { return tick.checked; }).length;
    var all = form.querySelector("[data-tick-all]");
    all.parentNode.hidden = false;
    all.checked = ticked > 0 && ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
    form.querySelector("[data-tick-count]").textContent = ticked + " / " + ticks.length;
    form.querySelectorAll("button[type=submit]").forEach(function (button) { button.disabled = ticked === 0; });
  }
  document.addEventListener("change", function (event) {
    document.querySelectorAll("form[data-ticks]").forEach(function (form) {
      if (event.target.matches("[data-tick-all]")) {
        document.querySelectorAll("[name=" + form.dataset.ticks + "]").forEach(function (tick) { tick.checked = event.target.checked; });
      }
      showTicks(form);
    });
  });
  // Also after going back, when the browser ticks what was ticked before.
  window.addEventListener("pageshow", function () { document.querySelectorAll("form[data-ticks]").forEach(showTicks); });

  // The first wrong field is brought into view and focused.
  function showFirstError(root) {
    var wrong = root.querySelector(".is-invalid");
    if (wrong) wrong.focus();
  }
  document.addEventListener("DOMContentLoaded", function () { showFirstError(document); });
  document.addEventListener("htmx:afterSettle", function (event) { showFirstError(event.target.parentNode || document); });
})();
