"""Showing a verb's refusal in a form: beside the field that it is about, or on top of the form."""

from django import forms

from verbs.refusals import InvalidInput, Refusal


def show_field_errors(form: forms.Form, problem: InvalidInput) -> None:
    """Put the verb's sentences beside the form's fields; one for a field the form does not show goes on top."""
    for name, sentence in problem.fields.items():
        form.add_error(name if name in form.fields else None, sentence)


def show_refusal(form: forms.Form, problem: Refusal) -> int:
    """Put the verb's refusal beside the fields or on top of the form; return the status of the answer that shows it."""
    if isinstance(problem, InvalidInput):
        show_field_errors(form, problem)
        return 422
    form.add_error(None, str(problem))
    return problem.status
