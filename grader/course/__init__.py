"""What a course is made of: its TOML files, a learner's file and progress, and the devices that exercises run on."""
