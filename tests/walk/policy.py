"""Who may come where, written by hand: every address that is ours, for every role, at every place.

A line names a policy; a policy is eleven cells, in the order of WALKERS. A cell is one letter, or four for what has
an owner: the walker's own, of a colleague in his firm, of another city, of another province.

    +  let in (an answer, a form's complaint, a redirect to somewhere else)
    -  not found, as if it were not there
    x  refused as forbidden
    >  sent to sign in
    ?  (of what is not ours) as Wagtail's own permissions decide
"""

import re

WALKERS = (
    "visitor",
    "learner",
    "firm_manager",
    "city_committee",
    "provincial_committee",
    "editor",
    "reviewer",
    "final_reviewer",
    "lecturer",
    "auditor",
    "support",
)

POLICIES = """
                          vis  lrn  firm city prov edit rev  fin  lect aud  sup
everybody:                +    +    +    +    +    +    +    +    +    +    +
nobody:                   -    -    -    -    -    -    -    -    -    -    -
its token alone:          x    x    x    x    x    x    x    x    x    x    x
signed in:                >    +    +    +    +    +    +    +    +    +    +
signed in, unfit:         >    -    -    -    -    -    -    -    -    -    -
admin's door:             >    x    x    x    +    +    +    +    x    x    x
visitors to sign in:      >    >    >    >    >    >    >    >    >    >    >
# Nobody sees what another has for himself alone, whatever his role.
his own:                  >    +--- +--- +--- +--- +--- +--- +--- +--- +--- +---
# A course for one firm: its people and whoever works on courses. The province's pages look alike to visitors.
its audience:             -    ++-- ++-- ++-- ++-- ++++ ++++ ++++ ++-- ++-- ++--
its audience, by token:   -    xx-- xx-- xx-- xx-- xxxx xxxx xxxx xx-- xx-- xx--
its audience, signed in:  >    ++-- ++-- ++-- ++-- ++++ ++++ ++++ ++-- ++-- ++--
its learners by API:      >    ++-- ++-- ++-- ++-- ++++ ++++ ++++ ++-- ++-- ++--
# What is asked of him, of those he looks after, or what he writes himself.
curriculum:               >    ++-- ++-- ++-- +++- ++++ ++++ ++++ ++-- ++-- ++--
# Coverage: whoever answers for a subtree.
coverage:                 >    -    +    +    +    -    -    -    -    +    -
coverage of:              >    -    ++-- ++-- +++- -    -    -    -    ++-- -
ranking:                  >    -    -    -    +    -    -    -    -    -    -
coverage for himself:     >    -    +--- +--- +--- -    -    -    -    +--- -
# The desks: those who decide, and the auditor who reads.
desk:                     >    -    +    +    +    -    -    -    -    +    -
desk of committees:       >    -    -    +    +    -    -    -    -    -    -
desk of deciders:         >    -    +    +    +    -    -    -    -    -    -
read at the desk:         >    -    ++-- ++-- +++- -    -    -    -    ++-- -
done at the desk:         >    -    ++-- ++-- +++- -    -    -    -    -    -
his firm's phones:        >    -    -+-- -    -    -    -    -    -    -    -
nobody at the desk:       >    -    -    -    -    -    -    -    -    -    -
# The matters of committees: a firm's manager is not his colleagues' judge.
read by committees:       >    -    -    ++-- +++- -    -    -    -    ++-- -
done by committees:       >    -    -    ++-- +++- -    -    -    -    -    -
# Nobody decides on what is his own.
decided by others:        >    -    -    -+-- -++- -    -    -    -    -    -
# A lawyer's own proof, and that of those whom a desk answers for.
evidence:                 >    +--- +--- ++-- +++- +--- +--- +--- +--- ++-- +---
certificate:              >    +--- ++-- ++-- +++- +--- +--- +--- +--- ++-- +---
why he counts:           >    +--- ++-- ++-- +++- +--- +--- +--- +--- ++-- ++--
shared devices:           >    -    -    +    +    -    -    -    -    +    +
auditors:                 >    -    -    -    -    -    -    -    -    +    -
support:                  >    -    -    -    -    -    -    -    -    -    +
supported:                >    -    -    -    -    -    -    -    -    -    ++--
marking:                  >    -    -    -    -    +    +    +    -    -    -
# Wagtail's admin: only these have a way in; all others are refused at its door.
in the admin:             >    x    x    x    +    +    +    +    x    x    x
people:                   >    x    x    x    +    x    x    x    x    x    x
a person's:               >    x    x    x    +++- x    x    x    x    x    x
people's keepers:         >    x    x    x    +    -    -    -    x    x    x
people's keepers' own:    >    x    x    x    +++- -    -    -    x    x    x
people's keepers none:    >    x    x    x    -    -    -    -    x    x    x
choose an organisation:   >    x    x    x    +    +    +    +    x    x    x
this organisation:        >    x    x    x    +++- +++- +++- +++- x    x    x
choose a person:          >    x    x    x    +    +    +    +    x    x    x
this person:              >    x    x    x    +++- +--- +--- +--- x    x    x
editorial office:         >    x    x    x    x    +    +    +    x    x    x
editorial office, hidden: >    x    x    x    -    +    +    +    x    x    x
editors:                  >    x    x    x    x    +    x    x    x    x    x
editors, none:            >    x    x    x    x    -    x    x    x    x    x
editorial office, none:   >    x    x    x    x    -    -    -    x    x    x
"""

# route: "METHOD policy", several with commas. A method that is not named is not answered, or answered as GET is.
OURS: dict[str, str] = {
    # The site: no secrets.
    "verify/": "GET everybody",
    "verify/keys.json": "GET everybody",
    "verify/offline/": "GET everybody",
    "verify/offline.html": "GET everybody",
    "verify/worker.js": "GET everybody",
    r"^(?:V|verify)/(?P<code>[A-Za-z2-7]{120,2400})/?$": "GET everybody",
    "search/": "GET everybody",
    "laws/": "GET everybody",
    "laws/<slug:key>/": "GET everybody",
    "laws/<slug:key>/<int:article>/": "GET everybody",
    "laws/<slug:key>/<int:article>-<int:insert>/": "GET nobody",  # no article has been inserted
    "regulation/": "GET everybody",
    "regulation/<uuid:public_id>/": "GET everybody",
    "health/": "GET everybody",
    "design/": "GET everybody",
    # Catalogue pages are Wagtail's to route; a course for one firm is nobody else's.
    r"^((?:[\w\-]+/)*)$": "GET its audience",
    # Doors.
    "accounts/landing/": "GET signed in",
    "accounts/admin/": "GET admin's door",
    # Signing in by a code: for visitors, who have asked for none here.
    "accounts/first/": "GET everybody, POST everybody",
    "accounts/phone/": "GET everybody, POST everybody",
    "accounts/code/": "GET visitors to sign in, POST visitors to sign in",
    "accounts/code/again/": "POST visitors to sign in",
    "accounts/secret/": "GET signed in, POST signed in",
    "accounts/ways/": "GET signed in",
    "accounts/ways/weixin/unbind/": "POST signed in",
    # WeChat is not configured on the stage.
    "accounts/weixin/login/": "GET nobody, POST nobody",
    "accounts/weixin/login/callback/": "GET nobody, POST nobody",
    "accounts/3rdparty/": "GET everybody",
    "accounts/3rdparty/signup/": "GET visitors to sign in, POST visitors to sign in",
    # A second factor is not asked for.
    "accounts/2fa/": "GET everybody",
    "accounts/2fa/authenticate/": "GET visitors to sign in, POST visitors to sign in",
    "accounts/2fa/reauthenticate/": "GET everybody",
    "accounts/2fa/webauthn/": "GET everybody",
    "accounts/2fa/webauthn/keys/<int:place>/edit/": "GET everybody",
    # The inbox.
    "inbox/": "GET signed in",
    "inbox/read/": "POST signed in",
    "inbox/unread/": "POST signed in, unfit",  # without the instant that it takes back
    "inbox/wishes/": "GET signed in, POST signed in",
    "inbox/wishes/<str:token>/": "GET nobody",  # a wrong token; the right one is its own authority
    "inbox/<uuid:public_id>/": "GET his own",
    # Learning.
    "lectures/<uuid:public_id>/": "GET its audience",
    "lectures/<uuid:public_id>/notes/": "POST its audience, signed in",
    "notes/<uuid:public_id>/": "POST his own",
    "notes/<uuid:public_id>/delete/": "POST his own",
    "notes/<uuid:public_id>/restore/": "POST his own",
    "lectures/<uuid:public_id>/questions/<uuid:question_id>/": "POST its audience",
    "readings/<uuid:public_id>/": "GET its audience",
    "readings/<uuid:public_id>/file/": "GET nobody",  # the stage's reading has none
    "readings/<uuid:public_id>/open/": "POST its audience",
    "readings/<uuid:public_id>/sign/": "POST its audience, by token",
    "assessments/<uuid:public_id>/": "GET its audience, signed in, POST its audience, signed in",
    "attempts/<uuid:public_id>/": "GET his own, POST his own",
    "attempts/<uuid:public_id>/save/": "POST his own",
    "my/": "GET signed in",
    "my/notes/": "GET signed in",
    "my/notes/export/": "GET signed in",
    "my/record/": "GET signed in",
    "my/certificates/": "GET signed in",
    "my/certificates/issue/": "POST signed in, unfit",  # it has to say of what
    "my/declarations/": "GET signed in",
    "my/declarations/new/": "GET signed in, POST signed in",
    "my/declarations/<uuid:public_id>/": "GET his own",
    "my/declarations/<uuid:public_id>/change/": "GET his own, POST his own",
    "my/declarations/<uuid:public_id>/withdraw/": "POST his own",
    "my/evidence/<uuid:public_id>/": "GET evidence",
    "my/evidence/lectures/<uuid:public_id>/": "GET its audience, signed in",
    "curricula/<uuid:public_id>/extension/": "GET curriculum, POST curriculum",
    "my/extensions/<uuid:public_id>/withdraw/": "POST his own",
    "desk/extensions/": "GET desk",
    "desk/extensions/<uuid:public_id>/": "GET read by committees, POST decided by others",
    "persons/<uuid:public_id>/required/": "GET why he counts",
    "my/disputes/": "GET signed in",
    "my/disputes/new/": "GET signed in, unfit",  # it has to say of what
    "my/disputes/<uuid:public_id>/": "GET his own",
    "my/disputes/<uuid:public_id>/withdraw/": "POST his own",
    "certificates/<uuid:public_id>/": "GET certificate",
    "certificates/<uuid:public_id>.pdf": "GET certificate",
    "certificates/<uuid:public_id>.png": "GET certificate",
    "proofs/<uuid:public_id>/": "GET evidence",
    "curricula/<uuid:public_id>/": "GET curriculum",
    # The desks.
    "desk/": "GET desk",
    "desk/marking/": "GET marking, POST nobody at the desk",
    "desk/declarations/": "GET desk",
    "desk/declarations/<uuid:public_id>/": "GET read by committees, POST decided by others",
    "desk/disputes/": "GET desk",
    "desk/disputes/<uuid:public_id>/": "GET read by committees, POST decided by others",
    "desk/corrections/": "GET desk",
    "desk/corrections/new/": "GET desk of committees, POST desk of committees",
    "desk/corrections/<uuid:public_id>/": "GET read by committees, POST done by committees",
    "desk/corrections/<uuid:public_id>/change/": "GET done by committees, POST done by committees",
    "desk/corrections/<uuid:public_id>/progress/": "GET read by committees",
    "desk/corrections/<uuid:public_id>/lines/<int:line>/leave-out/": "POST done by committees",
    "desk/lists/": "GET desk",
    "desk/lists/new/": "GET desk of deciders, POST desk of deciders",
    "desk/lists/<uuid:public_id>/": "GET read at the desk, POST done at the desk",
    "desk/lists/<uuid:public_id>/change/": "GET done at the desk, POST done at the desk",
    "desk/lists/<uuid:public_id>/add/": "GET done at the desk, POST done at the desk",
    "desk/lists/<uuid:public_id>/progress/": "GET read at the desk",
    "desk/lists/lines/<uuid:public_id>/": "GET done by committees, POST done by committees",
    "desk/lists/rows/<uuid:public_id>/": "GET done at the desk, POST done at the desk",
    "desk/certificates/": "GET desk",
    "desk/certificates/<uuid:public_id>/revoke/": "GET decided by others, POST decided by others",
    "desk/certificates/batches/": "GET desk, POST desk of deciders",
    "desk/certificates/batches/<uuid:public_id>/": "GET read at the desk, POST done at the desk",
    "desk/certificates/batches/<uuid:public_id>/progress/": "GET read at the desk",
    "desk/certificates/batches/<uuid:public_id>/archive/": "GET nobody at the desk",  # none is finished
    "desk/phones/": "GET desk",
    "desk/phones/<uuid:public_id>/": "GET his firm's phones, POST his firm's phones",
    "desk/devices/": "GET shared devices",
    "desk/support/": "GET support, POST support",
    "desk/support/<uuid:public_id>/": "GET supported",
    "desk/support/<uuid:public_id>/reset/": "POST supported",
    "desk/support/<uuid:public_id>/phone/": "POST supported",
    "desk/support/<uuid:public_id>/see/": "POST supported",
    "seeing-as/end/": "POST signed in",
    # The audit log, and what of it is about oneself.
    "desk/log/": "GET auditors",
    "my/looked-at/": "GET signed in",
    "my/data/": "GET signed in",
    "my/data/workbook/": "GET signed in",
    "my/data/json/": "GET signed in",
    "my/data/ask/": "POST signed in",
    "my/data/<uuid:public_id>/withdraw/": "POST his own",
    "desk/data/": "GET desk of deciders",
    "desk/data/<uuid:public_id>/": "GET done at the desk",
    "desk/data/<uuid:public_id>/settle/": "POST done at the desk",
    # Coverage.
    "coverage/": "GET coverage",
    "coverage/<uuid:public_id>/": "GET coverage of",
    "coverage/<uuid:public_id>/fix/": "GET done by committees, POST done by committees",
    "coverage/bulletins/": "GET coverage",
    "coverage/bulletins/rankings/": "GET ranking, POST ranking",
    "coverage/bulletins/schedules/new/": "GET nobody at the desk, POST nobody at the desk",  # it has to say of what
    "coverage/bulletins/schedules/<uuid:public_id>/stop/": "POST done by committees",
    "coverage/bulletins/<uuid:public_id>/": "GET done by committees, POST done by committees",
    "coverage/bulletins/<uuid:public_id>.pdf": "GET done by committees",
    "coverage/bulletins/<uuid:public_id>.docx": "GET done by committees",
    "coverage/exports/": "GET coverage",
    "coverage/exports/new/": "GET coverage, POST coverage",
    "coverage/exports/<uuid:public_id>/": "GET coverage for himself, POST coverage for himself",
    "coverage/exports/<uuid:public_id>/progress/": "GET coverage for himself",
    "coverage/exports/<uuid:public_id>/file/": "GET nobody at the desk",  # it has not been made
    "coverage/<uuid:public_id>/remind/": "GET done at the desk, POST done at the desk",
    "coverage/reminders/": "GET coverage",
    "coverage/reminders/<uuid:public_id>/": "GET read at the desk, POST done at the desk",
    "coverage/reminders/<uuid:public_id>/progress/": "GET read at the desk",
    "coverage/reports/": "GET coverage",
    "coverage/reports/<uuid:public_id>/": "GET read at the desk",
    "coverage/reports/<uuid:public_id>/bulletin/": "GET done by committees, POST done by committees",
    "coverage/reports/<uuid:public_id>/compare/": "GET read at the desk",
    "coverage/reports/<uuid:public_id>/sign/": "POST done by committees",
    "coverage/?org=<uuid:organisation>": "GET coverage of",
    # Playback: a token is the authority, and this one is none.
    "playback/<str:token>/<uuid:recording>/<int:generation>/<str:name>": "GET its token alone",
    "playback/<str:token>/<uuid:recording>/captions/<str:language>-<int:version>.vtt": "GET its token alone",
    # The API.
    "api/v1/": "GET nobody",
    "api/v1/docs": "GET everybody",
    "api/v1/openapi.json": "GET everybody",
    "api/v1/coverage": "GET coverage",
    "api/v1/coverage?org=<uuid:organisation>": "GET coverage of",
    "api/v1/coverage/<uuidstr:matter>": "GET coverage of",
    "api/v1/coverage/<uuidstr:matter>/trend": "GET coverage of",
    "api/v1/coverage/<uuidstr:matter>/persons": "GET coverage of",
    "api/v1/search": "GET everybody",
    "api/v1/search/suggestions": "GET everybody",
    "api/v1/certificates/verify": "POST everybody",
    "api/v1/certificates/<number>": "GET everybody",
    "api/v1/playback/sources/<lecture_id>": "GET its audience",
    "api/v1/playback/sessions": "POST its learners by API",
    "api/v1/playback/heartbeats": "POST its token alone",
    "api/v1/playback/sessions/close": "POST its token alone",
    "api/v1/playback/checks/show": "POST its token alone",
    "api/v1/playback/checks/answer": "POST its token alone",
    # Wagtail's sign-in leads to the one sign-in.
    "admin/login/": "GET in the admin, POST in the admin",
    "_util/login/": "GET visitors to sign in, POST visitors to sign in",
    "admin/password_reset/": "GET everybody",
    "admin/password_reset/<path:rest>": "GET everybody",
    "admin/account/": "GET in the admin",
    "admin/unanswered-searches/": "GET editorial office, hidden",
    # People in the admin.
    "admin/persons/": "GET people",
    "admin/persons/results/": "GET people",
    "admin/persons/new/": "GET people, POST people",
    "admin/persons/edit/<int:pk>/": "GET a person's, POST a person's",
    "admin/organisations/": "GET people",
    "admin/organisations/results/": "GET people",
    "admin/organisations/new/": "GET people, POST people",
    "admin/organisations/edit/<int:pk>/": "GET a person's, POST a person's",
    "admin/memberships/": "GET people",
    "admin/memberships/results/": "GET people",
    "admin/memberships/new/": "GET people, POST people",
    "admin/memberships/edit/<int:pk>/": "GET a person's, POST a person's",
    "admin/leaves/": "GET people",
    "admin/leaves/results/": "GET people",
    "admin/leaves/new/": "GET people, POST people",
    "admin/leaves/edit/<int:pk>/": "GET a person's, POST a person's",
    "admin/role_grants/": "GET people",
    "admin/role_grants/results/": "GET people",
    "admin/role_grants/new/": "GET people, POST people",
    "admin/role_grants/edit/<int:pk>/": "GET a person's, POST a person's",
    "admin/merges/": "GET people's keepers",
    "admin/merges/with/<uuid:public_id>/": "GET people's keepers' own",
    "admin/merges/<uuid:kept_id>/<uuid:merged_id>/": "GET people's keepers' own, POST people's keepers' own",
    "admin/merges/<uuid:public_id>/": "GET people's keepers' own, POST people's keepers' own",
    "admin/rosters/": "GET people's keepers, POST people's keepers",
    "admin/rosters/<uuid:public_id>/": "GET people's keepers' own",
    "admin/rosters/<uuid:public_id>/lines/<int:place>/": "POST people's keepers none",  # the line is not doubtful
    "admin/rosters/<uuid:public_id>/agree/": "POST people's keepers' own",
    "admin/rosters/<uuid:public_id>/undo/": "POST people's keepers' own",
    "admin/rosters/<uuid:public_id>/discard/": "POST people's keepers' own",
    "admin/rosters/<uuid:public_id>/sheet/": "GET people's keepers' own",
    "admin/organisation_chooser/": "GET choose an organisation",
    "admin/organisation_chooser/results/": "GET choose an organisation",
    "admin/organisation_chooser/chosen/<str:pk>/": "GET this organisation",
    "admin/organisation_chooser/chosen-multiple/": "GET choose an organisation",
    "admin/person_chooser/": "GET choose a person",
    "admin/person_chooser/results/": "GET choose a person",
    "admin/person_chooser/chosen/<str:pk>/": "GET this person",
    "admin/person_chooser/chosen-multiple/": "GET choose a person",
    # The editorial office's own pages.
    "admin/course_pages/": "GET editorial office",
    "admin/course_pages/results/": "GET editorial office",
    "admin/lecturer_pages/": "GET editorial office",
    "admin/lecturer_pages/results/": "GET editorial office",
    "admin/course_chooser/": "GET in the admin",
    "admin/course_chooser/results/": "GET in the admin",
    "admin/recordings/": "GET editorial office",
    "admin/recordings/results/": "GET editorial office",
    "admin/recordings/new/": "GET editors",
    "admin/recordings/upload/": "POST editors",
    "admin/recordings/<int:pk>/": "GET editorial office",
    "admin/recordings/<int:pk>/live/": "GET editorial office",
    "admin/recordings/<int:pk>/original/": "GET editorial office, none",
    "admin/recordings/<int:pk>/rename/": "POST editors",
    "admin/recordings/<int:pk>/package/": "POST editors",
    "admin/recordings/<int:pk>/cancel/": "POST editors",
    "admin/recordings/<int:pk>/captions/": "POST editors",
    "admin/recordings/<int:pk>/captions/<str:language>/publish/": "POST editors, none",
    "admin/recording_chooser/": "GET in the admin",
    "admin/recording_chooser/results/": "GET in the admin",
    "admin/recording_chooser/chosen/<str:pk>/": "GET editorial office, hidden",
    "admin/lectures/<int:pk>/recut/": "GET editorial office, hidden, POST editorial office, hidden",
    "admin/lectures/<int:pk>/recut/<uuid:public_id>/take-back/": (
        "GET editorial office, hidden, POST editorial office, hidden"
    ),
    "admin/questions/": "GET editorial office",
    "admin/questions/results/": "GET editorial office",
    "admin/curricula/audience/": "POST editorial office, hidden",
    "admin/statutes/": "GET editorial office, hidden, POST editorial office, hidden",
    "admin/statutes/import/": "POST editorial office, hidden",
    "admin/statutes/concordance/": "GET editorial office, hidden, POST editorial office, hidden",
    "admin/statutes/concordance/import/": "POST editorial office, hidden",
    "admin/statutes/changes/": "GET editorial office, hidden",
    "admin/statutes/changes/<int:pk>/": "POST editorial office, hidden",
    "admin/regulations/add/": "GET editors, POST editors",
    "admin/regulations/check/": "POST editorial office, hidden",
    "admin/regulations/examples/<slug:example>/": "GET editorial office, hidden",
    "admin/regulations/form/": "GET editorial office, hidden, POST editorial office, hidden",
    "admin/regulations/<int:pk>/form/": "GET editorial office, hidden, POST editorial office, hidden",
    "admin/regulations/<int:pk>/trial/": "GET editorial office, hidden, POST editorial office, hidden",
    "admin/regulations/<int:pk>/trial/<uuid:public_id>/": "GET editorial office, hidden",
    "admin/regulations/<int:pk>/trial/<uuid:public_id>/cancel/": "POST editorial office, hidden",
    "admin/regulations/<int:pk>/trial/<uuid:public_id>/table/": "GET editorial office, hidden",
    "admin/regulations/<int:pk>/versions/": "GET editorial office, hidden",
}

# What is Wagtail's and allauth's, by how the address begins (the longest counts): the admin's door for all, and what
# those who have a way in find; "?" where Wagtail's own permissions, on pages and collections, decide.
THEIRS = """
                                                  vis  lrn  firm city prov edit rev  fin  lect aud  sup
accounts/:                                        ?    ?    ?    ?    ?    ?    ?    ?    ?    ?    ?
_util/authenticate_with_password/:                -    -    -    -    -    -    -    -    -    -    -
admin/:                                           >    x    x    x    ?    ?    ?    ?    x    x    x
# What its sign-in page would load, and addresses that it does not know.
admin/sprite/:                                    +    +    +    +    +    +    +    +    +    +    +
admin/jsi18n/:                                    +    +    +    +    +    +    +    +    +    +    +
admin/^.*/$:                                      >    x    x    x    ?    ?    ?    ?    x    x    x
admin/password_reset/:                            +    +    +    +    +    +    +    +    +    +    +
# Sign-ins, groups, sites and workflows are the operator's; a role is given by a grant alone.
admin/users/:                                     >    x    x    x    x    x    x    x    x    x    x
admin/groups/:                                    >    x    x    x    x    x    x    x    x    x    x
admin/sites/:                                     >    x    x    x    x    x    x    x    x    x    x
admin/workflows/task_chooser/:                    >    x    x    x    ?    ?    ?    ?    x    x    x
admin/workflows/:                                 >    x    x    x    x    x    x    x    x    x    x
admin/settings/:                                  >    x    x    x    x    x    x    x    x    x    x
admin/reports/:                                   >    x    x    x    ?    ?    ?    ?    x    x    x
admin/collections/:                               >    x    x    x    x    x    x    x    x    x    x
# What courses consist of: nothing for whoever keeps people.
admin/lectures/workflow/confirm_cancellation/:    >    x    x    x    ?    ?    ?    ?    x    x    x
admin/lectures/:                                  >    x    x    x    x    ?    ?    ?    x    x    x
admin/readings/workflow/confirm_cancellation/:    >    x    x    x    ?    ?    ?    ?    x    x    x
admin/readings/:                                  >    x    x    x    x    ?    ?    ?    x    x    x
admin/assessments/workflow/confirm_cancellation/: >    x    x    x    ?    ?    ?    ?    x    x    x
admin/assessments/:                               >    x    x    x    x    ?    ?    ?    x    x    x
admin/questions/workflow/confirm_cancellation/:   >    x    x    x    ?    ?    ?    ?    x    x    x
admin/questions/:                                 >    x    x    x    x    ?    ?    ?    x    x    x
admin/question-topics/:                           >    x    x    x    x    ?    ?    ?    x    x    x
admin/curricula/workflow/confirm_cancellation/:   >    x    x    x    ?    ?    ?    ?    x    x    x
admin/curricula/:                                 >    x    x    x    x    ?    ?    ?    x    x    x
admin/regulations/workflow/confirm_cancellation/: >    x    x    x    ?    ?    ?    ?    x    x    x
admin/regulations/:                               >    x    x    x    x    ?    ?    ?    x    x    x
admin/course-terms/:                              >    x    x    x    x    ?    ?    ?    x    x    x
admin/same-courses/:                              >    x    x    x    x    ?    ?    ?    x    x    x
admin/images/chooser/:                            >    x    x    x    ?    ?    ?    ?    x    x    x
admin/documents/chooser/:                         >    x    x    x    ?    ?    ?    ?    x    x    x
admin/images/:                                    >    x    x    x    x    ?    ?    ?    x    x    x
admin/documents/:                                 >    x    x    x    x    ?    ?    ?    x    x    x
"""


def _rows(table: str) -> dict[str, list[str]]:
    """Each row's eleven cells by what stands before the colon."""
    found = {}
    for row in table.splitlines():
        name, colon, cells = row.partition(": ")
        if colon and not row.startswith("#"):
            found[name] = cells.split()
            assert len(found[name]) == len(WALKERS), row
    return found


_POLICIES, _THEIRS = _rows(POLICIES), _rows(THEIRS)


def read(said: str) -> dict[str, list[str]]:
    """A line of OURS: each method's cells. Raises KeyError for a policy that is not there."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"(?:^|, )(?=(?:GET|POST) )", said):
        if part:
            method, _, name = part.partition(" ")
            found[method] = _POLICIES[name]
    return found


# Wagtail's own errors: a page that shows one, and forms of its editor's that answer with one to an empty POST.
WAGTAILS_ERRORS = {
    "admin/failwhale/",
    "admin/pages/<int:page_to_move_id>/set_position/",
    "admin/choose-external-link/",
}


def of_theirs(route: str) -> list[str] | None:
    """The cells for an address that is not ours; None where no beginning fits."""
    starts = [start for start in _THEIRS if route.startswith(start)]
    return _THEIRS[max(starts, key=len)] if starts else None
