// Files of a form are uploaded as soon as they are chosen, one after another, and attached by a key that the form sends.
// Each shows how far it is, what it is, and a button that takes it off. Without a script they are sent with the form.
(function () {
  "use strict";

  if (!window.shaoying) return; // nobody is signed in
  var headers = window.shaoying.headers, signInAnd = window.shaoying.signIn; // forms.js
  var words = document.getElementById("form-words").dataset;
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
      if (!box) return;
      box.type = "hidden"; // the button takes its place, and a click on the name does nothing
      button.hidden = false;
    });
    var input = field.querySelector("input[type=file]");
    if (input.files.length) takeAll(input, field); // chosen before this script was there
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
  function announce(field, sentence) {
    field.querySelector("[data-said]").textContent = sentence;
  }
  function refuse(upload, sentence, canRetry) {
    var item = upload.item, note = document.createElement("div");
    item.classList.remove("is-on-its-way");
    item.classList.add("is-refused");
    item.querySelectorAll("progress, .file-note").forEach(function (one) { one.remove(); });
    note.className = "file-note";
    note.setAttribute("role", "alert");
    note.textContent = sentence.replace("“" + upload.file.name + "”：", ""); // the line has the name
    if (canRetry) note.append(" ", button(words.again, "", again));
    item.querySelector(".file-name").append(note);
    return again;

    function again() {
      if (!item.isConnected) return;
      var fresh = lineFor(upload.file);
      item.replaceWith(fresh);
      hushIfAllIsWell(upload.field);
      consider({ file: upload.file, item: fresh, field: upload.field });
    }
  }
  function changed(field) { // so that the draft of the form has the keys
    field.closest("form").dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---- uploading -----------------------------------------------------------------------------------------------
  document.addEventListener("change", function (event) {
    var input = event.target, field = input.type === "file" && fieldOf(input);
    if (!field) return;
    takeAll(input, field);
  });
  function takeAll(input, field) {
    var files = Array.from(input.files);
    input.value = ""; // they are sent from here, not with the form
    files.forEach(function (file) {
      var upload = { file: file, item: lineFor(file), field: field };
      listOf(field).append(upload.item);
      consider(upload);
    });
  }
  function consider(upload) {
    var most = Number(upload.field.dataset.most);
    var taken = listOf(upload.field).querySelectorAll(".file-item:not(.is-refused)").length;
    if (taken > most) refuse(upload, words.tooMany.replace("{most}", most), true);
    else if (upload.file.size > SIZE_MAX) refuse(upload, words.tooBig);
    else {
      waiting.push(upload);
      next();
    }
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
    Object.entries(headers()).forEach(function (pair) { request.setRequestHeader(pair[0], pair[1]); });
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
      signInAnd(refuse(upload, words.signInFirst, true));
    } else if (request.status === 201) {
      var hadFocus = upload.item.contains(document.activeElement);
      upload.item.insertAdjacentHTML("afterend", request.responseText);
      var line = upload.item.nextElementSibling;
      upload.item.remove();
      equip(upload.field);
      if (hadFocus) line.querySelector(".file-off").focus();
      announce(upload.field, words.attached.replace("{name}", upload.file.name));
      changed(upload.field);
    } else if (request.status === 429 && upload.item.isConnected && (upload.tries = (upload.tries || 0) + 1) <= TRIES) {
      upload.timer = window.setTimeout(function () { send(upload); }, PAUSE); // others' pictures come first
      return;
    } else {
      refuse(upload, sentenceOf(request), request.status >= 500 || request.status === 429 || request.status === 403);
    }
    done();
  }
  function sentenceOf(request) {
    try {
      return JSON.parse(request.responseText).sentence || words.notTaken.replace("{status}", request.status);
    } catch (_notJson) {
      return words.notTaken.replace("{status}", request.status);
    }
  }
  function done() {
    running = null;
    next();
  }

  // ---- taking off ----------------------------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    var off = event.target.closest(".file-off[data-drop]");
    if (off) drop(off.closest(".file-item"), off.dataset.drop);
  });
  function drop(item, address) {
    fetch(address, { method: "POST", headers: headers() }).then(function (response) {
      if (response.status === 401) signInAnd(function () { drop(item, address); });
      else takeOff(item);
    }).catch(function () { takeOff(item); }); // nobody heard it: it goes with what nobody has sent, within a day
  }
  function takeOff(item) {
    var field = fieldOf(item), name = item.querySelector(".file-name").firstChild;
    if (!field) return;
    waiting = waiting.filter(function (one) { return one.item !== item; });
    if (toSend && item.classList.contains("is-on-its-way")) callOff();
    item.remove();
    if (running && running.item === item) {
      running.request.abort();
      window.clearTimeout(running.timer);
      done();
    }
    hushIfAllIsWell(field);
    announce(field, words.removed.replace("{name}", (item.querySelector(".file-name > span") || name).textContent.trim()));
    field.querySelector("input[type=file]").focus();
    changed(field);
  }

  // ---- sending the form: after its files -----------------------------------------------------------------------
  document.addEventListener("submit", function (event) {
    var form = event.target, isOnItsWay = form.querySelector(".file-item.is-on-its-way") !== null;
    if (!isOnItsWay && !form.querySelector(".file-item.is-refused")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isOnItsWay) {
      toSend = { form: form, button: event.submitter };
      mark(form, true);
    }
    say(form, isOnItsWay ? words.sendAfter : words.notAll);
  }, true);
  function sendAtLast() {
    var form = toSend.form, sender = toSend.button;
    toSend = null;
    mark(form, false);
    if (!form.isConnected) return;
    hush(form);
    form.requestSubmit(sender); // refused lines stop it above
  }
  function callOff() {
    var form = toSend.form;
    toSend = null;
    mark(form, false);
    say(form, words.calledOff);
  }
  function mark(form, isSending) {
    form.querySelectorAll("button[type=submit]").forEach(function (one) { one.classList.toggle("is-sending", isSending); });
  }
  function hush(form) {
    var note = form.querySelector(".files-note");
    if (note && note.textContent !== words.calledOff) note.textContent = "";
  }
  function hushIfAllIsWell(field) {
    if (!field.querySelector(".file-item.is-refused")) hush(field.closest("form"));
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
    note.classList.toggle("is-wrong", sentence === words.notAll);
    note.scrollIntoView({ block: "nearest" }); // on a phone the button is a page further down
  }
  window.addEventListener("beforeunload", function (event) {
    if (running) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var goes = event.detail.target.querySelector(".file-item.is-on-its-way");
    if (goes && !window.confirm(words.leaveUploading)) event.detail.shouldSwap = false;
  });

  // ---- a draft that is taken up again: its files stay attached from the first moment -----------------------------
  document.addEventListener("restore-files", function (event) {
    var field = event.target.querySelector("[data-files]");
    if (!field) return;
    var there = Array.from(field.querySelectorAll("[name=files]"), function (box) { return box.value; });
    var missing = event.detail.filter(function (key) { return !there.includes(key); });
    missing.forEach(function (key) { listOf(field).append(lineOfKey(key)); });
    if (missing.length) showThem(field, missing);
  });
  function lineOfKey(key) {
    var item = document.createElement("li"), box = document.createElement("input"), name = document.createElement("div");
    item.className = "file-item";
    item.dataset.key = key;
    box.type = "hidden";
    box.name = "files";
    box.value = key;
    name.className = "file-name";
    item.append(box, name);
    return item;
  }
  function showThem(field, keys) {
    var query = new URLSearchParams(keys.map(function (key) { return ["key", key]; }));
    fetch(field.dataset.upload + "?" + query, { headers: headers() }).then(function (response) {
      if (response.status === 401) signInAnd(function () { showThem(field, keys); });
      else if (!response.ok) throw response.status;
      else return response.text().then(function (html) { putInPlace(field, keys, html); });
    }).catch(function () {
      keys.forEach(function (key) {
        var name = field.querySelector('[data-key="' + key + '"] .file-name');
        name.textContent = words.notShown + " ";
        name.append(button(words.again, "", function () { showThem(field, keys); }));
      });
    });
  }
  function putInPlace(field, keys, html) {
    var lines = document.createElement("template");
    lines.innerHTML = html;
    keys.forEach(function (key) {
      var item = field.querySelector('[data-key="' + key + '"]'), box = lines.content.querySelector('[value="' + key + '"]');
      if (box) item.replaceWith(box.closest(".file-item"));
      else {
        item.replaceChildren();
        item.className = "file-item is-refused";
        var name = document.createElement("div");
        name.className = "file-name";
        item.append(name, button("×", words.removeFile.replace("{name}", ""), function () { takeOff(item); }));
        name.append(words.gone);
      }
    });
    equip(field);
    changed(field);
  }

  ["DOMContentLoaded", "htmx:afterSettle"].forEach(function (name) {
    document.addEventListener(name, function () { document.querySelectorAll("[data-files]").forEach(equip); });
  });
})();
