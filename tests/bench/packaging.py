"""What packaging costs beside the bare ffmpeg command. Run as a program on a scratch instance; prints JSON rows.

The bare command is the very one that packaging runs, on the same source: the difference is probing, leases,
progress, verification and publication.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

BAR_TIMES = 1.1
SECONDS = 60
TURNS = 2


def source(folder: Path) -> Path:
    """A minute of 720p with detail that moves, and speech-like sound: nothing compresses it away."""
    import imageio_ffmpeg

    path = folder / "lecture.mp4"
    picture = f"testsrc2=size=1280x720:rate=25:duration={SECONDS},noise=alls=12:allf=t"
    sound = f"anoisesrc=color=pink:duration={SECONDS}:amplitude=0.3"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        picture,
        "-f",
        "lavfi",
        "-i",
        sound,
    ]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "3M", "-c:a", "aac", str(path)]
    subprocess.run(command, check=True)
    return path


def spent() -> float:
    """CPU seconds of this process and of its children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def main() -> None:
    django.setup()
    from media import encoding, packaging, recordings

    commands: list[list[str]] = []
    build = encoding.command

    def noted(plan: encoding.Plan) -> list[str]:
        commands.append(build(plan))
        return commands[-1]

    packaging.command = noted  # to know the command; what runs is unchanged
    ours = bare = wall = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = source(folder)
        for turn in range(TURNS):
            _recording, job = recordings.register_file(path, title="基准")
            before, began = spent(), time.monotonic()
            if not packaging.run(job):
                job.refresh_from_db()
                sys.exit(f"packaging failed: {job.error_code} {job.error_detail}")
            ours, wall = ours + spent() - before, wall + time.monotonic() - began
            words = [f"file:{path}" if word.startswith("file:") else word for word in commands[-1]]
            # A folder of its own each turn: ffmpeg silently writes nothing over what is already there.
            outputs = folder / f"bare-{turn}"
            outputs.mkdir()
            before = spent()
            subprocess.run(
                words, cwd=outputs, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            bare += spent() - before
    times = ours / bare
    figure = f"{ours / TURNS:.1f} s, bare command {bare / TURNS:.1f} s: {times:.2f} times"
    rows = [
        [f"CPU to package {SECONDS} s of 720p", figure, f"≤ {BAR_TIMES} times", times <= BAR_TIMES],
        [f"time to package {SECONDS} s of 720p", f"{wall / TURNS:.1f} s", "", None],
    ]
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
