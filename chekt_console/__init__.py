"""CHeKT Console: the desktop console of alarm installers. Layers are described in README.md."""
