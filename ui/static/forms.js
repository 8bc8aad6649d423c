// Nothing that somebody types is lost: a session that ends, a lost connection, a closed tab, another window. Works on
// every form of a signed-in person that has a text to type (`data-once`); without a script forms work as plain forms.
(function () {
  "use strict";

  var person = document.body.dataset.user;
  if (!person) return;
  var words = document.getElementById("form-words").dataset;

  // The token in the page is worthless once somebody has signed in again, here or in another tab: the cookie has the
  // new one, which the server takes as well.
  function token() {
    var found = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
    return found ? found[1] : "";
  }
  // An ended session, or another person's, is answered 401.
  function headers() {
    return { "X-CSRFToken": token(), "X-Person": person, "HX-Request": "true" };
  }
  function ask(address, fields) {
    var options = { credentials: "same-origin", headers: headers() };
    if (fields) {
      options.method = "POST";
      options.body = new URLSearchParams(fields);
      options.keepalive = options.body.toString().length < 60000; // more is not sent from a page that closes
    }
    return fetch(address, options);
  }

  // ---- what is said above a form --------------------------------------------------------------------------------
  function say(form, kind, sentence) {
    var note = form.querySelector(":scope > .form-note");
    if (!note) {
      note = document.createElement("div");
      form.prepend(note);
    }
    note.className = "form-note alert alert-" + kind;
    note.setAttribute("role", kind === "danger" ? "alert" : "status");
    note.textContent = sentence;
    return note;
  }
  function hush(form) {
    var note = form.querySelector(":scope > .form-note");
    if (note) note.remove();
  }
  function usableAgain(form) {
    delete form.dataset.sent;
    form.querySelectorAll("button[type=submit]").forEach(function (button) { button.classList.remove("is-sending"); });
  }
  function failed(form, sentence) {
    usableAgain(form);
    say(form, "danger", sentence).scrollIntoView({ block: "nearest" });
  }

  // ---- signing in again, over the page --------------------------------------------------------------------------
  var dialog = null, goOn = []; // what waits for the person to be signed in
  function signIn(then) {
    goOn.push(then);
    if (dialog) return;
    dialog = document.createElement("dialog");
    dialog.className = "sign-in-here card";
    document.body.append(dialog);
    dialog.addEventListener("close", function () {
      dialog.remove();
      dialog = null;
      goOn = [];
    });
    dialog.addEventListener("click", function (event) {
      if (event.target.matches("[data-close]")) dialog.close();
    });
    dialog.addEventListener("submit", function (event) {
      event.preventDefault();
      show(ask(event.target.action, new FormData(event.target)));
    });
    function show(answer) {
      answer.then(function (response) {
        if (response.status === 204) {
          goOn.splice(0).forEach(function (act) { act(); });
          dialog.close();
          return null;
        }
        return response.text();
      }).then(function (html) {
        if (html === null) return;
        var page = new DOMParser().parseFromString(html, "text/html");
        dialog.replaceChildren(page.querySelector("[data-sign-in]") || page.querySelector("main"));
        if (!dialog.open) dialog.showModal();
        var first = dialog.querySelector("input[type=text], input[type=password]");
        if (first) first.focus();
      }).catch(function () {
        if (dialog) dialog.close();
      });
    }
    show(ask(words.signInHere + "?as=" + person));
  }

  window.shaoying = { headers: headers, signIn: signIn }; // for uploads.js

  // ---- sending: first see that somebody is there to take it -----------------------------------------------------
  function isGuarded(form) {
    // Not form.method: a field of that name would be found instead.
    return form.matches("form[data-once]") && form.getAttribute("method") === "post";
  }
  function isSentByHtmx(form) {
    return form.hasAttribute("hx-post");
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!isGuarded(form) || isSentByHtmx(form) || event.defaultPrevented) return;
    event.preventDefault();
    ask(words.session + "?as=" + person).then(function (response) {
      if (response.status === 401) {
        usableAgain(form);
        signIn(function () { say(form, "success", words.signedIn); });
      } else {
        send(form, event.submitter);
      }
    }).catch(function () { failed(form, words.offline); });
  });
  function send(form, button) {
    var field = form.querySelector("[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
    if (button && button.name) hidden(form, button.name, button.value);
    if (button && button.hasAttribute("formaction")) form.setAttribute("action", button.formAction);
    settled(form);
    HTMLFormElement.prototype.submit.call(form); // tells nobody: the guard above does not see it again
  }
  function hidden(form, name, value) {
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
    return field;
  }

  document.addEventListener("htmx:configRequest", function (event) {
    if (token()) event.detail.headers["X-CSRFToken"] = token();
    if (token() && event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token();
  });
  document.addEventListener("htmx:responseError", function (event) {
    var asked = event.detail.requestConfig, form = formOf(asked.elt);
    if (form) usableAgain(form);
    if (event.detail.xhr.status === 401) {
      signIn(function () {
        if (form && isSentByHtmx(form) && asked.elt === form) say(form, "success", words.signedIn);
        else window.htmx.ajax(asked.verb, asked.path, { source: asked.elt, target: asked.target });
      });
    } else if (!isAside(asked)) {
      failed(form || document.getElementById("content"), words.failed);
    }
  });
  // What a page asks while somebody types: nobody waits for it.
  function isAside(asked) {
    return asked.triggeringEvent && /^(input|change)$/.test(asked.triggeringEvent.type);
  }
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var asked = event.detail.requestConfig;
      if (!isAside(asked)) failed(formOf(asked.elt) || document.getElementById("content"), words.offline);
    });
  });
  function formOf(element) {
    return element.closest("form[data-once]");
  }
  window.addEventListener("online", function () {
    document.querySelectorAll("form[data-once]").forEach(function (form) {
      var note = form.querySelector(":scope > .form-note.alert-danger");
      if (note) say(form, "success", words.online);
    });
  });

  // ---- drafts: what is typed is kept on the server, for its writer alone ----------------------------------------
  var AFTER = 1200; // milliseconds of quiet before what is typed is kept
  var kept = new WeakMap(); // form → what was kept last (`last`, as text), when (`seen`), and the timer
  var LEFT_OUT = ["csrfmiddlewaretoken", "submission_key", "draft"];

  function addressOf(form) {
    var at = new URL(form.getAttribute("action") || window.location.href, window.location.href);
    return at.pathname + at.search;
  }
  function typed(form) {
    return Array.from(new FormData(form).entries()).filter(function (pair) {
      return typeof pair[1] === "string" && !LEFT_OUT.includes(pair[0]);
    });
  }
  function hasDraft(form) {
    return isGuarded(form) && form.querySelector("textarea, input[type=text], input[type=tel]") !== null;
  }
  function watch(form) {
    if (!hasDraft(form) || kept.has(form)) return;
    var now = JSON.stringify(typed(form));
    var cameBack = form.querySelector(".is-invalid, .alert-danger") !== null; // refused, with all that was typed
    var isTyped = Array.from(form.elements).some(function (field) { // before this script was there
      return /^(text|tel|textarea)$/.test(field.type) && field.value !== field.defaultValue;
    });
    var state = { last: cameBack || isTyped ? "" : now, seen: "", timer: 0 };
    kept.set(form, state);
    ask(words.drafts + "?form=" + encodeURIComponent(addressOf(form))).then(function (response) {
      return response.status === 200 ? response.json() : null;
    }).then(function (draft) {
      if (!draft) return;
      state.seen = draft.saved_at;
      mark(form);
      if (!cameBack && JSON.stringify(draft.typed) !== JSON.stringify(typed(form))) offer(form, draft);
    }).then(function () {
      if (cameBack || isTyped && !state.seen) keep(form);
    }).catch(function () { /* the next save says that nobody answers */ });
  }
  function mark(form) {
    if (!form.querySelector(":scope > [name=draft]")) hidden(form, "draft", addressOf(form));
  }
  function offer(form, draft) {
    var bar = document.createElement("div");
    bar.className = "draft-offer alert alert-info";
    bar.setAttribute("role", "status");
    bar.append(words.draft.replace("{when}", draft.when) + " ");
    function choice(label, act) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = label;
      button.addEventListener("click", act);
      bar.append(button);
    }
    choice(words.restore, function () {
      bar.remove();
      restore(form, draft.typed);
    });
    choice(words.discard, function () {
      ask(words.dropDraft, { form: addressOf(form) }).then(function () {
        kept.get(form).seen = "";
        bar.remove();
      }).catch(function () { say(form, "warning", words.offline); });
    });
    form.prepend(bar);
  }
  function restore(form, pairs) {
    var values = {};
    pairs.forEach(function (pair) { (values[pair[0]] = values[pair[0]] || []).push(pair[1]); });
    Array.from(form.elements).forEach(function (field) {
      if (!field.name || field.name === "files" || LEFT_OUT.includes(field.name) || /^(file|submit|button|hidden|password)$/.test(field.type)) return;
      var given = values[field.name] || [];
      if (/^(radio|checkbox)$/.test(field.type)) field.checked = given.includes(field.value);
      else if (field.type === "select-multiple") Array.from(field.options).forEach(function (one) { one.selected = given.includes(one.value); });
      else if (given.length) field.value = given[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    form.dispatchEvent(new Event("change", { bubbles: true }));
    form.dispatchEvent(new CustomEvent("restore-files", { bubbles: true, detail: values.files || [] }));
  }
  function later(form) {
    var state = kept.get(form);
    if (!state) return;
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(function () { keep(form); }, AFTER);
  }
  function keep(form) {
    var state = kept.get(form), now = JSON.stringify(typed(form));
    window.clearTimeout(state.timer);
    if (now === state.last || !form.isConnected) return;
    var before = state.last;
    state.last = now;
    ask(words.drafts, { form: addressOf(form), typed: now, seen: state.seen }).then(function (response) {
      if (response.status === 401) {
        state.last = before;
        signIn(function () { keep(form); });
        return null;
      }
      return response.json().then(function (said) {
        if (!response.ok) throw said;
        state.seen = said.saved_at;
        mark(form);
        if (said.took_place) say(form, "warning", words.tookPlace);
        else if (form.querySelector(":scope > .form-note.alert-warning")) hush(form);
      });
    }).catch(function (problem) {
      state.last = before;
      say(form, "warning", problem.sentence || words.offline);
    });
  }
  // Sent: nothing to warn of any more.
  function settled(form) {
    var state = kept.get(form);
    if (!state) return;
    window.clearTimeout(state.timer);
    state.last = JSON.stringify(typed(form));
  }
  function unsaved(form) {
    var state = kept.get(form);
    return state && form.isConnected && JSON.stringify(typed(form)) !== state.last;
  }
  function everyForm(act) {
    document.querySelectorAll("form[data-once]").forEach(act);
  }
  ["input", "change"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var form = event.target.form || (event.target.matches("form") ? event.target : null);
      if (form) later(form);
    });
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") everyForm(function (form) { if (unsaved(form)) keep(form); });
  });
  window.addEventListener("beforeunload", function (event) {
    var open = Array.from(document.querySelectorAll("form[data-once]")).filter(unsaved);
    if (!open.length) return;
    open.forEach(keep);
    event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.matches("form[data-once]")) settled(event.target);
  });
  ["DOMContentLoaded", "htmx:afterSettle"].forEach(function (name) {
    document.addEventListener(name, function () { everyForm(watch); });
  });
})();
