# %% exercise-1: as a pair
two_refusals = first


# %% exercise-1: the first has sent no token request yet: it is at step 1
two_refusals = first, second


# %% exercise-1: the first got its token
for one in (first.model, second.model):
    one.reset().send().sign_in("ada").allow().send().go_to(3).send()
two_refusals = first, second


# %% exercise-1: the second is at Facebook
from oauth_steps import FACEBOOK

first.model.reset().send().sign_in("ada").allow().send().go_to(3).send().send_again()
second.model.reset(FACEBOOK).send().sign_in("ada").allow().send().go_to(3).send()
second.model.send_again()
two_refusals = first, second
second = Explorer(GITHUB)


# %% exercise-1: did not send the secret as it is
for one in (first.model, second.model):
    one.reset().send().sign_in("ada").allow().send().go_to(3)
    one.edit(client_secret="another").send()
two_refusals = first, second


# %% exercise-1: both were refused with the same error
first.model.reset().send().sign_in("ada").allow().send().go_to(3).send().send_again()
second.model.reset().send().sign_in("ada").allow().send().go_to(3)
second.model.advance(minutes=11).send()
two_refusals = first.model, second.model


# %% exercise-1: one explorer, twice
two_refusals = first, first


# %% exercise-2: this is no story
my_story = script.send()


# %% exercise-2: as a Script writes them
my_story = Story(
    "mine", "", "What?", "", "", before=(script.send(),), then=("allow()",)
)


# %% exercise-2: nothing happens after the question
my_story = Story("mine", "", "What?", "", "", before=(script.send(),), then=())


# %% exercise-2: needs a question mark
my_story = Story("mine", "", "It fails.", "", "", (script.send(),), (script.deny(),))


# %% exercise-2: in the story “user denies” already
begun = (script.send(), script.sign_in("ada"))
my_story = Story("no", "", "Will it do?", "", "", begun, (script.deny(), script.send()))


# %% exercise-2: the name “user denies” is taken
begun = (script.send(), script.sign_in("ben"))
my_story = Story("user denies", "", "And?", "", "", begun, (script.deny(),))


# %% exercise-2: `providers` is 'GitHub'. It is a tuple
my_story = Story(
    "mine", "", "And?", "", "", begun, (script.deny(),), providers="GitHub"
)


# %% exercise-2: it stops at its act 1, allow(): there is no page
my_story = Story("mine", "", "And?", "", "", (script.allow(),), (script.send(),))


# %% exercise-2: refused before the question
begun = (script.edit(client_id="x"), script.send())
my_story = Story("mine", "", "And?", "", "", begun, (script.send_again(),))


# %% exercise-2: nothing is refused at its end
begun = (script.send(), script.sign_in("ben"))
my_story = Story("mine", "", "What comes back?", "", "", begun, (script.allow(),))
