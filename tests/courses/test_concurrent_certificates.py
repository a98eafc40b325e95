"""Certificates asked for by several at once, on a committed database."""

import threading

from django.db import connection

from courses import issuing
from courses.models import Certificate, CertificateKey, Completion
from tests.courses.certified import completed
from tests.courses.stage import new_lawyer, published_course, published_lecture


def test_two_who_ask_at_once_get_one_certificate(committed_db, settings, tmp_path) -> None:
    settings.CERTIFICATE_KEYS_DIR = tmp_path / "keys"
    lecture = published_lecture(duration_ms=45 * 60_000)
    course = published_course("合同编通则", lecture)
    person = new_lawyer()
    completed(person, lecture)
    done = Completion.objects.get(person=person, course=course)
    barrier, found, errors = threading.Barrier(6), [], []

    def press() -> None:
        try:
            barrier.wait()
            found.append(issuing.issue_completion(done).certificate.pk)
            found.append(issuing.issue_statement(person, 2026).certificate.pk)
        except Exception as error:  # noqa: BLE001 - what a thread fails with is what the test shows
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(found) == 12
    assert len(set(found)) == 2
    assert Certificate.objects.count() == 2
    assert CertificateKey.objects.filter(is_current=True).count() == 1
