"""Byline on Discord: asked in channels, threads and direct messages, over one gateway connection for each shard."""
