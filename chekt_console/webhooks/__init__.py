"""The webhook listener, a process of its own: it checks, writes to the inbox and answers. It understands nothing, starts
nothing and knows no window, so that a flood or a slow disk there never holds the console up."""
