"""Profile, doctor, fixes, labelling and export over REST."""

import time

API = "/api/v1/datasets"


def finished(client, address):
    deadline = time.monotonic() + 60
    while (job := client.get(address).json())["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return job


def test_the_doctor_runs_in_the_background_and_its_fixes_make_a_version(client, dataset):
    text = "文本,标签\n" + "".join(
        f"第{n}条消息，内容各不相同,{'广告' if n % 3 else '正常'}\n" for n in [*range(40), 5]
    )
    name = client.post(API, files={"file": ("再来.csv", text.encode())}).json()["name"]
    assert client.get(f"{API}/{name}/doctor").json()["state"] == "none"
    assert client.post(f"{API}/{name}/doctor?test={dataset.removeprefix('dataset:')}").status_code == 202
    job = finished(client, f"{API}/{name}/doctor?test={dataset.removeprefix('dataset:')}")
    fix = next(item["fix"] for item in job["result"] if item["code"] == "doctor.duplicates")
    assert "drop" not in fix
    begun = client.post(f"{API}/{name}/fixes", json={"codes": ["duplicates"]})
    assert begun.status_code == 202
    job = finished(client, f"{API}/{begun.json()['reference']}/fixes?code=duplicates")
    assert job["state"] == "done", job
    made = job["result"]
    assert (made["version"], made["rows"]) == (2, 40)


def test_a_profile_comes_and_can_be_stopped(client, dataset):
    client.post(f"{API}/{dataset}/profile")
    assert finished(client, f"{API}/{dataset}/profile")["result"]["rows"] == 60
    assert client.delete(f"{API}/{dataset}/profile").status_code == 204


def test_rows_are_labelled(client, dataset):
    queue = client.get(f"{API}/{dataset}/label-queue?limit=2").json()
    assert [item["row"] for item in queue["rows"]] == [0, 1]
    assert client.post(f"{API}/{dataset}/labels", json={"row": 0, "labels": ["新"]}).status_code == 204
    assert client.post(f"{API}/{dataset}/labels/skip", json={"row": 1}).status_code == 204
    assert client.post(f"{API}/{dataset}/labels/undo").json() == {"row": 1}
    assert [item["row"] for item in client.get(f"{API}/{dataset}/labels").json()] == [1, 0]
    made = client.post(f"{API}/{dataset}/labels/version").json()
    assert made["made"]["labels"] == 1
    assert client.get(f"{API}/{made['id']}/preview?column=标签&value=新").json()["total"] == 1
    corrected = client.put(f"{API}/{made['id']}/labels", json={"3": "新"}).json()
    assert corrected["version"] == made["version"] + 1
    refused = client.post(f"{API}/{dataset}/labels", json={"row": 999, "labels": ["新"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "dataset.unknown_row")


def test_a_download_names_its_file_and_is_safe(client):
    reference = client.post(API, files={"file": ("表.csv", "文本,数\n=1+1,-5\n你好,3\n".encode())}).json()["reference"]
    answer = client.get(f"{API}/{reference}/export")
    assert "%E8%A1%A8-1.csv" in answer.headers["content-disposition"]
    assert answer.text.lstrip("\ufeff").splitlines()[1] == "'=1+1,-5"


def test_entities_are_marked(client, dataset):
    place = f"{API}/{dataset}/spans"
    span = {"start": 0, "end": 2, "label": "物"}
    assert client.get(f"{place}/queue?limit=1").json()["rows"][0]["row"] == 0
    assert client.post(place, json={"row": 0, "spans": [span]}).status_code == 204
    assert client.get(f"{place}/0").json()["spans"] == [span]
    assert client.post(f"{place}/skip", json={"row": 1}).status_code == 204
    assert client.post(f"{place}/undo").json() == {"row": 1}
    made = client.post(f"{place}/version?only_marked=true").json()
    assert (made["rows"], made["roles"]["entities"]) == (1, "entities")
    refused = client.post(place, json={"row": 0, "spans": [{**span, "end": 9999}]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "entities.out_of_range")
