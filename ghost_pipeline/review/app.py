"""The page that experts rate on: a Streamlit script, run by `ghost review`. What it shows is decided elsewhere."""

import streamlit as st

from ghost_pipeline.domain.path_rules import PATH_RULES
from ghost_pipeline.domain.rating import GOOD, LONGEST_TEXT, QUESTIONABLE
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.champion import GHOST
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.review.agreement_page import show_agreement
from ghost_pipeline.review.clips import Clip, read_clip
from ghost_pipeline.review.desk import Desk
from ghost_pipeline.review.pool import draw
from ghost_pipeline.review.queue import Candidate, queue_of, rounds
from ghost_pipeline.review.viewer import show_clip
from ghost_pipeline.settings import load_settings
from ghost_pipeline.storage.ratings import Ratings

RATE, AGREE = "Rate", "Progress and agreement"
SENTENCES = {rule.id: rule.sentence for rule in PATH_RULES}


@st.cache_resource(show_spinner=False)
def _platform() -> Platform:
    return Platform(load_settings())


@st.cache_resource(show_spinner="Drawing the paths to rate ...")
def _rounds() -> list[list[Candidate]]:
    platform = _platform()
    return rounds(draw(platform, platform.settings.seed))


@st.cache_resource(show_spinner=False, max_entries=32)
def _clip(path: Candidate) -> Clip:
    return read_clip(_platform(), path)


def _sit_down(rater: str) -> None:
    platform = _platform()
    version = platform.artifacts.champion(GHOST)
    st.session_state.desk = Desk(Ratings(platform.store), rater, queue_of(rater, _rounds()), version)
    st.query_params["rater"] = rater


def _welcome() -> None:
    st.title("Expert review")
    st.markdown(
        "You will see short passes from above. One defender has a **dashed ring**. Say whether his path, from the "
        "throw to the arrival, is what a good defender would do if the ball goes to the ringed receiver.\n\n"
        "Some paths were really run, others are predicted by a model. You are not told which, and you see no score: "
        "judge what you see. Some clips come back, so that your verdicts can be compared with each other."
    )
    with st.form("who", border=False):
        name = st.text_input("Your name", key="name", max_chars=60, help="Verdicts are kept under this name.")
        if st.form_submit_button("Begin", type="primary") and name.strip():
            _sit_down(" ".join(name.split()))
            st.rerun()


def _rate(desk: Desk) -> None:
    asked = desk.current
    if asked is None:
        _all_done(desk)
        return
    clip = _clip(asked)
    picture, form = st.columns([3, 2], gap="large")
    turn = _turn(desk)
    with form:
        st.progress(desk.done / len(desk.queue), f"{desk.done} of {len(desk.queue)} rated")
        chosen = st.selectbox(
            "Defender to rate",
            sorted(clip.rows, key=lambda one: (one != asked.nfl_id, clip.called(one))),
            format_func=clip.called,
            key=f"defender {turn}",
            help="Another one struck you? Choose and rate him; you are asked about the first one afterwards.",
        )
        st.markdown(
            f"**{clip.situation or 'Pass'}**, {clip.flight_s:.1f} s in the air to **{clip.target_called}**. "
            f"Is the path of **{clip.called(chosen)}** (dashed ring) good defence?"
        )
        _form(desk, clip, chosen, turn)
    with picture:
        show_clip(clip.shown(chosen), key=f"clip {turn} {chosen}")


def _turn(desk: Desk) -> str:
    """Names the widgets of one path: each path has new ones."""
    return f"{len(desk.history)}-{desk.place}"


def _form(desk: Desk, clip: Clip, chosen: int, turn: str) -> None:
    before = desk.before
    reasons, text = f"reasons {turn} {chosen}", f"text {turn} {chosen}"
    st.pills(
        "If it is questionable: which rules does he break?",
        list(SENTENCES),
        selection_mode="multi",
        default=list(before.reasons) if before else None,
        format_func=lambda rule: rule.replace("_", " "),
        key=reasons,
        wrap=True,
        help="\n".join(f"- **{rule.replace('_', ' ')}**: {sentence}" for rule, sentence in SENTENCES.items()),
    )
    st.text_area(
        "In your own words (optional)",
        before.text if before else "",
        key=text,
        height=80,
        max_chars=LONGEST_TEXT,
    )

    def give(verdict: str) -> None:
        """By what is in the form now: words and verdict may come together, before the page was drawn with the words.

        A second click on what was just rated says nothing of the path that comes next.
        """
        if turn == _turn(desk):
            desk.rate(clip.rows[chosen], verdict, st.session_state.get(reasons) or (), st.session_state.get(text) or "")

    with st.container(horizontal=True):
        for verdict, icon in ((GOOD, "check"), (QUESTIONABLE, "help")):
            st.button(
                verdict.capitalize(),
                key=f"{verdict} {turn} {chosen}",
                type="primary",
                icon=f":material/{icon}:",
                shortcut=verdict[0],
                on_click=give,
                args=(verdict,),
            )
        st.button("Skip", shortcut="s", on_click=desk.skip)
        st.button("Undo", shortcut="u", on_click=desk.undo, disabled=not desk.history)
    if before:
        st.info(f"You said *{before.verdict}*. That stays until you say something else.")
    st.caption("Keys: G good, Q questionable, S skip, U undo; space plays, ← and → step.")


def _all_done(desk: Desk) -> None:
    if desk.skipped:
        st.success(f"All rated, but for {len(desk.skipped)} clips that you skipped.")
        st.button("Show them again", type="primary", on_click=desk.show_skipped)
    else:
        st.success("All rated. Thank you!")
    st.button("Undo", shortcut="u", on_click=desk.undo, disabled=not desk.history)


def main() -> None:
    """Draw the page."""
    st.set_page_config("Expert review", layout="wide", initial_sidebar_state="collapsed")
    try:
        if "desk" not in st.session_state and st.query_params.get("rater"):
            _sit_down(st.query_params["rater"])
        if "desk" not in st.session_state:
            with st.container(width=720):
                _welcome()
            return
        desk: Desk = st.session_state.desk
        page = st.segmented_control("Page", [RATE, AGREE], default=RATE, required=True, label_visibility="collapsed")
        if page == AGREE:
            show_agreement(_platform(), list(desk.ratings.all()))
        else:
            _rate(desk)
    except GhostError as error:
        st.error(str(error))


main()
