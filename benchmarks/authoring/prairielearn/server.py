def generate(data):
    data["params"]["names_for_user"] = []
    data["params"]["names_from_user"] = [
        {"name": "nearest", "description": "the index of the nearest center", "type": "python function"}
    ]
