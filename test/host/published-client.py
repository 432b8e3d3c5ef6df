"""Every call that the service's own Python client makes about plugins, against the host at argv[1]. Prints one line per call."""
import builtins
import sys
import time
import types

# What the published package needs to be imported at all: generated code says null, and one module is missing.
builtins.null = None
missing = types.ModuleType("mixpeek._client")
missing.Mixpeek = type("Mixpeek", (), {})
sys.modules["mixpeek._client"] = missing

import mixpeek  # noqa: E402
from mixpeek.api.custom_plugins_namespace_api import CustomPluginsNamespaceApi  # noqa: E402
from mixpeek.api.plugins_api import PluginsApi  # noqa: E402

url, key, archive = sys.argv[1:4]
client = mixpeek.ApiClient(mixpeek.Configuration(host=url))
space, org = CustomPluginsNamespaceApi(client), PluginsApi(client)
auth = {"authorization": "Bearer " + key}
content = open(archive, "rb").read()


def put(address):
    import urllib.request

    request = urllib.request.Request(address, data=content, method="PUT", headers={"Content-Type": "application/zip"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["ETag"]


def done(name, value=""):
    print(name, value, flush=True)


from mixpeek.models.api_namespaces_plugins_models_create_plugin_upload_request import ApiNamespacesPluginsModelsCreatePluginUploadRequest as Create  # noqa: E402
from mixpeek.models.api_plugins_models_create_plugin_upload_request import ApiPluginsModelsCreatePluginUploadRequest as OrgCreate  # noqa: E402
from mixpeek.models.confirm_plugin_upload_request import ConfirmPluginUploadRequest as Confirm  # noqa: E402
from mixpeek.models.enable_org_plugin_request import EnableOrgPluginRequest as Enable  # noqa: E402

created = space.generate_upload_url_namespaces_id_plugins("default", Create(name="my_extractor", version="1.0.0", file_size_bytes=len(content)), **auth)
done("create", created.namespace_id)
etag = put(created.presigned_url)
confirmed = space.confirm_upload_namespaces_id_plugins("default", created.upload_id, confirm_plugin_upload_request=Confirm(etag=etag, file_size_bytes=len(content)), **auth)
done("confirm", f"{confirmed.validation_status} {confirmed.plugin_id} {confirmed.deployment_status}")
plugin = confirmed.plugin_id
done("list", [each.plugin_id for each in space.list_plugins_namespaces("default", **auth).plugins])
done("get", space.get_plugin_namespaces("default", plugin, return_presigned_urls=True, **auth).plugin.validation_status)
done("deploy", space.deploy_plugin_namespaces("default", plugin, **auth)["status"])
deadline = time.monotonic() + 60
while True:
    status = space.get_deployment_status_namespaces_id_plugins("default", plugin, **auth)
    if status.status in ("DEPLOYED", "FAILED") or time.monotonic() > deadline:
        break
    time.sleep(0.1)
done("status", f"{status.status} {status.deployed}")
done("undeploy", bool(space.undeploy_plugin_namespaces("default", plugin, **auth)))
done("delete", space.delete_plugin_namespaces("default", plugin, **auth).success)
done("form", space.upload_plugin_namespaces("default", file=("plugin.zip", content), name="my_extractor", version="1.0.0", **auth).validation_status)
space.delete_plugin_namespaces("default", plugin, **auth)

created = org.generate_upload_url_plugins(OrgCreate(name="my_extractor", version="1.0.0"), **auth)
done("org create", created.organization_id)
put(created.presigned_url)
done("org confirm", org.confirm_upload_plugins(created.upload_id, **auth).validation_status)
done("org list", org.list_plugins(**auth).total)
done("org get", org.get_plugin(plugin, **auth).plugin.name)
done("available", [each.enabled_in_namespace for each in space.list_available_org_plugins_namespaces("default", **auth).plugins])
done("enable", space.enable_org_plugin_namespaces("default", plugin, enable_org_plugin_request=Enable(deploy=False), **auth).deployment_status)
done("disable", space.disable_org_plugin_namespaces("default", plugin, **auth).success)
done("org delete", org.delete_plugin(plugin, **auth).success)
