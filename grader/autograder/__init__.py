"""An autograder for Gradescope: the zip that it runs, and what runs there.

setup.sh          makes an environment with the packages that grade here, once per image
run_autograder    grades /autograder/submission, and writes /autograder/results/results.json
grader/           this package as it is
course/           the units' suites, solutions, quizzes and keys, readable by root alone
units.json        which units, what each is worth, the seed
"""
