def build_steps(extractor_request):
    return {"steps": []}


raise RuntimeError("broken at import")
