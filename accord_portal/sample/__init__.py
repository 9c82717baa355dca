"""The demo's made-up people and six weeks of what happened to them: see `story.load`."""
