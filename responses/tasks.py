"""Background tasks: each takes a key and is safe to run twice. What is true stands in the rows."""

from django_tasks import task

from responses.importing import steps


@task(priority=-50)
def go_on_with_import(contact_import_id: int) -> None:
    """Looks at a list, or brings it in, or goes on with it; after everything somebody waits for."""
    steps.go_on(contact_import_id)
