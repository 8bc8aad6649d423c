// Files of a form are uploaded as soon as they are chosen, one after another, and attached by a key that the form sends.
// Each shows how far it is, what it is, and a button that takes it off. Without a script they are sent with the form.
(function () {
  "use strict";

  var said = document.getElementById("form-words");
  if (!said) return;
  var words = said.dataset;
  var SIZE_MAX = 20 * 1024 * 1024; // what the server takes (files/kinds.py); it checks again
  var TRIES = 20, PAUSE = 2000; // milliseconds before a busy server is asked again
  var waiting = [], running = null; // what is to be uploaded next, and what is on its way
  var toSend = null; // a form that was sent before its files were there

  function fieldOf(element) { return element.closest("[data-files]"); }
  function listOf(field) { return field.querySelector(".file-list"); }

  // ---- the lines of a field ------------------------------------------------------------------------------------
  function equip(root) {
    var field = root.closest("[data-files]");
    field.classList.add("is-live"); // the browser's own button says that no file is chosen
    field.querySelector(".file-add").hidden = false;
    root.querySelectorAll(".file-item").forEach(function (item) {
      var box = item.querySelector("input[type=checkbox]"), button = item.querySelector(".file-off");
      if (!box || !button.hidden) return;
      box.hidden = true; // the button takes its place
      button.hidden = false;
    });
  }
  function lineFor(file) {
    var item = document.createElement("li");
    item.className = "file-item is-on-its-way";
    if (/^image\/(jpeg|png|webp)$/.test(file.type)) {
      var picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", function () { URL.revokeObjectURL(picture.src); });
      item.append(picture);
    } else {
      var kind = document.createElement("span");
      kind.className = "file-kind";
      kind.textContent = (file.name.match(/\.([^.]{1,4})$/) || ["", ""])[1].toUpperCase();
      item.append(kind);
    }
    var name = document.createElement("div");
    name.className = "file-name";
    name.append(file.name);
    var bar = document.createElement("progress");
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", words.uploading.replace("{name}", file.name));
    name.append(bar);
    item.append(name, button("×", words.removeFile.replace("{name}", file.name), function () { takeOff(item); }));
    return item;
  }
  function button(label, spoken, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = label === "×" ? "btn btn-icon file-off" : "btn btn-sm";
    made.textContent = label;
    if (spoken) made.setAttribute("aria-label", spoken);
    made.addEventListener("click", act);
    return made;
  }
  function refuse(upload, sentence, canRetry) {
    var item = upload.item, note = document.createElement("div");
    item.classList.remove("is-on-its-way");
    item.classList.add("is-refused");
    item.querySelectorAll("progress, .file-note").forEach(function (one) { one.remove(); });
    note.className = "file-note";
    note.setAttribute("role", "alert");
    note.textContent = sentence;
    if (canRetry) note.append(" ", button(words.again, "", again));
    item.querySelector(".file-name").append(note);
    return again;

    function again() {
      if (!item.isConnected) return;
      var fresh = lineFor(upload.file);
      item.replaceWith(fresh);
      add({ file: upload.file, item: fresh, field: upload.field });
    }
  }
  function changed(field) { // so that the draft of the form has the keys
    field.closest("form").dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---- uploading -----------------------------------------------------------------------------------------------
  document.addEventListener("change", function (event) {
    var input = event.target, field = input.type === "file" && fieldOf(input);
    if (!field) return;
    var files = Array.from(input.files);
    input.value = ""; // they are sent from here, not with the form
    files.forEach(function (file) { take(file, field); });
  });
  function take(file, field) {
    var list = listOf(field), upload = { file: file, item: lineFor(file), field: field };
    var taken = list.querySelectorAll(".file-item:not(.is-refused)").length;
    list.append(upload.item);
    if (taken >= Number(field.dataset.most)) refuse(upload, words.tooMany.replace("{most}", field.dataset.most));
    else if (file.size > SIZE_MAX) refuse(upload, words.tooBig);
    else add(upload);
  }
  function add(upload) {
    waiting.push(upload);
    next();
  }
  function next() {
    if (running) return;
    running = waiting.shift() || null;
    if (running) send(running);
    else if (toSend) sendAtLast();
  }
  function send(upload) {
    var request = new XMLHttpRequest(), body = new FormData(), bar = upload.item.querySelector("progress");
    upload.request = request;
    body.append("file", upload.file);
    request.open("POST", upload.field.dataset.upload);
    request.setRequestHeader("HX-Request", "true"); // an ended session is answered 401
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", function (event) { if (event.lengthComputable) bar.value = event.loaded; });
    request.addEventListener("load", function () { answered(upload, request); });
    request.addEventListener("error", function () {
      refuse(upload, words.notUploaded, true);
      done();
    });
    request.send(body);
  }
  function answered(upload, request) {
    if (request.status === 401) {
      var again = refuse(upload, words.notUploaded, true);
      document.dispatchEvent(new CustomEvent("session-ended", { detail: again }));
    } else if (request.status === 201) {
      upload.item.insertAdjacentHTML("afterend", request.responseText);
      upload.item.remove();
      equip(upload.field);
      changed(upload.field);
    } else if (request.status === 429 && upload.item.isConnected && (upload.tries = (upload.tries || 0) + 1) <= TRIES) {
      upload.timer = window.setTimeout(function () { send(upload); }, PAUSE); // others' pictures come first
      return;
    } else {
      refuse(upload, sentenceOf(request), request.status >= 500 || request.status === 429);
    }
    done();
  }
  function sentenceOf(request) {
    try {
      return JSON.parse(request.responseText).sentence || words.notUploaded;
    } catch (_notJson) {
      return words.notUploaded;
    }
  }
  function done() {
    running = null;
    next();
  }
  function token() {
    var found = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
    return found ? found[1] : "";
  }

  // ---- taking off ----------------------------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    var off = event.target.closest(".file-off[data-drop]");
    if (!off) return;
    var item = off.closest(".file-item"), headers = { "X-CSRFToken": token(), "HX-Request": "true" };
    fetch(off.dataset.drop, { method: "POST", headers: headers }).catch(function () { /* it is removed within a day */ });
    takeOff(item);
  });
  function takeOff(item) {
    var field = fieldOf(item);
    waiting = waiting.filter(function (one) { return one.item !== item; });
    item.remove();
    if (running && running.item === item) {
      running.request.abort();
      window.clearTimeout(running.timer);
      done();
    }
    field.querySelector("input[type=file]").focus();
    changed(field);
  }

  // ---- sending the form: after its files -----------------------------------------------------------------------
  function busyIn(form) { return form.querySelector(".file-item.is-on-its-way") !== null; }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!busyIn(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    toSend = { form: form, button: event.submitter };
    form.querySelectorAll("button[type=submit]").forEach(function (one) { one.classList.add("is-sending"); });
    say(form, words.sendAfter);
  }, true);
  function sendAtLast() {
    var form = toSend.form, sender = toSend.button;
    toSend = null;
    form.querySelectorAll("button[type=submit]").forEach(function (one) { one.classList.remove("is-sending"); });
    if (!form.isConnected) return;
    if (form.querySelector(".file-item.is-refused")) say(form, words.notAll);
    else form.requestSubmit(sender);
  }
  function say(form, sentence) {
    var note = form.querySelector(".files-note");
    if (!note) {
      note = document.createElement("div");
      note.className = "files-note";
      note.setAttribute("role", "status");
      form.querySelector("[data-files]").append(note);
    }
    note.textContent = sentence;
  }
  window.addEventListener("beforeunload", function (event) {
    if (running) event.preventDefault();
  });

  // ---- a draft that is taken up again: its files are shown with it ----------------------------------------------
  document.addEventListener("restore-files", function (event) {
    var field = event.target.querySelector("[data-files]"), keys = event.detail;
    if (!field || !keys.length) return;
    var there = Array.from(field.querySelectorAll("[name=files]"), function (box) { return box.value; });
    var missing = keys.filter(function (key) { return !there.includes(key); });
    if (!missing.length) return;
    var query = new URLSearchParams(missing.map(function (key) { return ["key", key]; }));
    fetch(field.dataset.upload + "?" + query, { headers: { "HX-Request": "true" } }).then(function (response) {
      return response.ok ? response.text() : "";
    }).then(function (html) {
      listOf(field).insertAdjacentHTML("beforeend", html);
      equip(field);
      changed(field);
    }).catch(function () { say(event.target, words.notUploaded); });
  });

  ["DOMContentLoaded", "htmx:afterSettle"].forEach(function (name) {
    document.addEventListener(name, function () { document.querySelectorAll("[data-files]").forEach(equip); });
  });
})();
