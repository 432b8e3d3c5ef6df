"""What a user can understand and act on."""


class Failure(Exception):
    """An answer of type `error`: what is wrong, why it matters, what to do next."""

    def __init__(self, code, message, why=None, next=None, details=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.why = why
        self.next = next
        self.details = details


class RefusedError(Exception):
    """An `rpc` that the supervisor refused: message, reason and remedy are the supervisor's."""

    def __init__(self, message, code="refused"):
        super().__init__(message)
        self.code = code


class Cancelled(Exception):
    """The request was cancelled between two batches."""


class StepContractError(Exception):
    """A step broke its contract on the rows it returned. `kind` is `row_count` or `rows_changed`."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind
