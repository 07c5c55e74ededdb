"""The chapter's machines beside the pair: each its own tables, states and promises."""
