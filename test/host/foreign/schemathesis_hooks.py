"""Gives Schemathesis something to hold: half of its requests get the names of things that exist. Which half depends on the request only."""
import json
import os
import zlib

import schemathesis

known = json.loads(os.environ["PLUGSMITH_KNOWN"])
# These would take away what the others hold.
spared = {"deletePlugin", "deleteOrganizationPlugin", "undeployPlugin", "disablePlugin", "deleteSecret", "revokeKey"}


@schemathesis.serializer("application/zip")
def archive(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw["operationId"]
    parameters, query, body = case.path_parameters, case.query, case.body
    chance = zlib.crc32(repr((operation, parameters, query, body)).encode())
    if isinstance(query, dict) and "follow" in query:
        # A log that is followed has no end.
        query["follow"] = "false"
    if chance % 2 == 0 or operation in spared:
        return
    if isinstance(parameters, dict):
        parameters.update({name: value for name, value in known["parameters"].items() if name in parameters})
    if isinstance(body, dict) and operation == "infer":
        body["inference_name"] = known["inference_name"]
        # A short time to answer is answered with 503, as it should be.
        body.pop("timeout_seconds", None)
    upload = known["uploads"][chance // 2 % len(known["uploads"])]
    if isinstance(parameters, dict) and "upload_id" in parameters:
        parameters["upload_id"] = upload["upload_id"]
    if operation == "putArchive":
        case.query = upload["query"]
    if operation == "getArchive":
        case.query = known["download"]
