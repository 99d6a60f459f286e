"""What is kept on disk per connection: the cache (can be rebuilt) and drafts (cannot). SQLite only, no network."""
