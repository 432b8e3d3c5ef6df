"""Every plugin call of the service's generated client, against the host of argv. Writes one JSON document: call -> answer.

Answers go through the client's own models; one that a model does not accept is written as {"unreadable": why}. A call
that raises is written as {"raised": type, "status": int, "type": the envelope's type}. Arguments: address, key, archives
of foreign_plugin 1.0.0 and 1.1.0 and of shared_plugin 1.0.0.
"""
import atexit
import builtins
import json
import os
import sys
import time
import types

import urllib3

# Both are missing in the published package.
builtins.null = None
sys.modules["mixpeek._client"] = types.SimpleNamespace(Mixpeek=None)
from mixpeek import api, exceptions, models  # noqa: E402
from mixpeek.api_client import ApiClient  # noqa: E402
from mixpeek.configuration import Configuration  # noqa: E402

base, key, first, second, third = sys.argv[1:6]
client = ApiClient(Configuration(host=base))
client.set_default_header("Authorization", f"Bearer {key}")
namespaced, organization = api.CustomPluginsNamespaceApi(client), api.PluginsApi(client)
extractors, legacy, inference = api.NamespaceExtractorsApi(client), api.FeatureExtractorsApi(client), api.InferenceApi(client)
secrets, namespaces = api.OrganizationSecretsApi(client), api.NamespacesApi(client)
answers = {}
# Even after an error: what came before it helps to understand it.
atexit.register(lambda: json.dump(answers, sys.stdout, default=str))


def plain(value):
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def note(name, call, /, *args, **kwargs):
    """Calls, and keeps what came."""
    try:
        value = call(*args, **kwargs)
    except exceptions.ApiException as error:
        envelope = models.ErrorResponse.from_json(error.body)
        answers[name] = {"raised": type(error).__name__, "status": envelope.status, "type": envelope.error.type}
        return None
    except ValueError as error:
        answers[name] = {"unreadable": str(error)}
        return None
    answers[name] = plain(value)
    return value


def put(name, url, file):
    with open(file, "rb") as archive:
        reply = urllib3.request("PUT", url, body=archive.read(), headers={"Content-Type": "application/zip"})
    answers[name] = {"status": reply.status, "etag": reply.headers.get("ETag")}
    return reply.headers.get("ETag")


def reach(namespace, plugin, wanted):
    """Asks until a deployment is there, or for a minute."""
    ends = time.monotonic() + 60
    while True:
        status = namespaced.get_deployment_status_namespaces_id_plugins(namespace, plugin)
        if status.status in (wanted, "FAILED") or time.monotonic() > ends:
            return status
        time.sleep(0.05)


# Namespaces.
made = note("create_namespace", namespaces.create_namespace, models.CreateNamespaceRequest(
    namespace_name="foreign", feature_extractors=[models.BaseFeatureExtractorModelInput(feature_extractor_name="text_extractor", version="v1")]))
ns = made.namespace_id
note("create_namespace_again", namespaces.create_namespace, models.CreateNamespaceRequest(
    namespace_name="foreign", feature_extractors=[models.BaseFeatureExtractorModelInput(feature_extractor_name="text_extractor", version="v1")]))
note("get_namespace", namespaces.get_namespace, "foreign")
note("list_namespaces", namespaces.list_namespaces, list_namespaces_request=models.ListNamespacesRequest(search="foreign"))

# Upload by signed URL, with everything a caller may say.
request = models.ApiNamespacesPluginsModelsCreatePluginUploadRequest
upload = note("create_upload", namespaced.generate_upload_url_namespaces_id_plugins, ns, request(
    name="foreign_plugin", version="1.0.0", description="By another client", file_size_bytes=os.path.getsize(first), presigned_url_expiration=600))
note("confirm_before_put", namespaced.confirm_upload_namespaces_id_plugins, ns, upload.upload_id)
etag = put("put", upload.presigned_url, first)
note("confirm", namespaced.confirm_upload_namespaces_id_plugins, ns, upload.upload_id, confirm_plugin_upload_request=models.ConfirmPluginUploadRequest(etag=etag, file_size_bytes=os.path.getsize(first)))
note("create_upload_again", namespaced.generate_upload_url_namespaces_id_plugins, ns, request(name="foreign_plugin", version="1.0.0"))
note("confirm_unknown", namespaced.confirm_upload_namespaces_id_plugins, ns, "plu_unknown")
one = "foreign_plugin_1_0_0"

# Upload as a form: by bytes with a name, and by path.
with open(second, "rb") as file:
    note("upload", namespaced.upload_plugin_namespaces, ns, file=("foreign_plugin.zip", file.read()), name="foreign_plugin", version="1.1.0", description="As a form")
note("upload_again", namespaced.upload_plugin_namespaces, ns, file=second, name="foreign_plugin", version="1.1.0")
two = "foreign_plugin_1_1_0"

# Looking.
note("list", namespaced.list_plugins_namespaces, ns)
note("get", namespaced.get_plugin_namespaces, ns, one, return_presigned_urls=True)
note("get_unknown", namespaced.get_plugin_namespaces, ns, "nothing_1_0_0")

# Deployments.
note("status_before", namespaced.get_deployment_status_namespaces_id_plugins, ns, one)
note("undeploy_before", namespaced.undeploy_plugin_namespaces, ns, one)
note("deploy", namespaced.deploy_plugin_namespaces, ns, one)
answers["status"] = plain(reach(ns, one, "DEPLOYED"))
note("get_deployed", namespaced.get_plugin_namespaces, ns, one)
spaced = {"X-Namespace": ns}
raw = models.RawInferenceRequest
note("inference_by_name", inference.execute_raw_inference, raw(inference_name="foreign_plugin", inputs={"text": "x"}), _headers=spaced)
note("inference_by_id", inference.execute_raw_inference, raw(inference_name=one, inputs={"text": "x"}, parameters={}), x_namespace=ns)
note("inference_by_service_name", inference.execute_raw_inference, raw(inference_name=f"custom_plugin_{one}", inputs={"text": "x"}), _headers=spaced)
note("inference_by_uri", inference.execute_raw_inference, raw(feature_uri="mixpeek://foreign_plugin@1.0.0/vector", inputs={"text": "x"}), _headers=spaced)
note("inference_unknown", inference.execute_raw_inference, raw(inference_name="nothing", inputs={}), _headers=spaced)

# Extractors.
note("extractors", extractors.list_extractors_namespaces, ns, source="custom", include_disabled=True)
note("extractor", extractors.get_extractor_namespaces, ns, "foreign_plugin_1.0.0")
note("legacy_extractors", legacy.list_feature_extractors, _headers=spaced)
note("legacy_extractor", legacy.get_feature_extractor_by, "foreign_plugin_1.0.0", _headers=spaced)

# Ending.
note("undeploy", namespaced.undeploy_plugin_namespaces, ns, one)
answers["status_after"] = plain(reach(ns, one, "NOT_DEPLOYED"))
note("delete", namespaced.delete_plugin_namespaces, ns, one)
note("delete_again", namespaced.delete_plugin_namespaces, ns, one)
note("list_after", namespaced.list_plugins_namespaces, ns)

# The organization.
own = note("org_create_upload", organization.generate_upload_url_plugins, models.ApiPluginsModelsCreatePluginUploadRequest(name="shared_plugin", version="1.0.0"))
put("org_put", own.presigned_url, third)
note("org_confirm", organization.confirm_upload_plugins, own.upload_id)
note("org_list", organization.list_plugins)
shared = "shared_plugin_1_0_0"
note("org_get", organization.get_plugin, shared)
note("available", namespaced.list_available_org_plugins_namespaces, ns)
note("enable", namespaced.enable_org_plugin_namespaces, ns, shared, enable_org_plugin_request=models.EnableOrgPluginRequest(params={"threshold": 0.5}, deploy=True))
answers["enabled_status"] = plain(reach(ns, shared, "DEPLOYED"))
note("available_enabled", namespaced.list_available_org_plugins_namespaces, ns)
note("org_delete_enabled", organization.delete_plugin, shared)
note("disable", namespaced.disable_org_plugin_namespaces, ns, shared)
note("disable_again", namespaced.disable_org_plugin_namespaces, ns, shared)
note("enable_plain", namespaced.enable_org_plugin_namespaces, ns, shared)
reach(ns, shared, "DEPLOYED")
note("disable_plain", namespaced.disable_org_plugin_namespaces, ns, shared)
note("org_delete", organization.delete_plugin, shared)
note("org_get_deleted", organization.get_plugin, shared)

# Secrets. The client knows an answer 201 to the first of these; ours is 200, and it gives None.
note("secret_create", secrets.create_secret_organizations, models.CreateSecretRequest(secret_name="TOKEN", secret_value="abc"))
note("secret_create_again", secrets.create_secret_organizations, models.CreateSecretRequest(secret_name="TOKEN", secret_value="abc"))
note("secret_list", secrets.list_secrets_organizations)
note("secret_update", secrets.update_secret_organizations_name, "TOKEN", models.UpdateSecretRequest(secret_value="def"))
note("secret_delete", secrets.delete_secret_organizations_name, "TOKEN")
note("secret_delete_again", secrets.delete_secret_organizations_name, "TOKEN")

# Without a key.
client.default_headers.pop("Authorization")
note("without_key", namespaced.list_plugins_namespaces, ns)
note("key_as_argument", namespaced.list_plugins_namespaces, ns, authorization=f"Bearer {key}")

