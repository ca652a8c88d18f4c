"""The screen of a model that somebody has led before, by calls: to show it is no act."""

import pytest

from oauth_steps.explorer import Explorer
from oauth_steps.explorer.stories import STORIES, Story
from oauth_steps.explorer.view import View
from oauth_steps.providers import FACEBOOK, GITHUB


@pytest.mark.parametrize("present", [False, True])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_to_show_it_is_no_act(story: Story, present: bool) -> None:
    for provider in (GITHUB, FACEBOOK):
        for era in story.eras if provider.name in story.providers else ():
            model = Explorer(provider, era).model.play(story)
            acts = list(model.acts)
            View(model, present)
            assert (model.provider_name, model.era, model.story) == (provider.name, era, story)
            assert model.acts == acts
