import torch
from code_feedback import Feedback
from pl_helpers import name, points
from pl_unit_test import PLTestCase


class Test(PLTestCase):
    @points(3)
    @name("Each point gets the index of the center that is nearest.")
    def test_each_point(self):
        for n, k, d in ((9, 4, 2), (30, 3, 5), (1, 6, 1), (5, 1, 3)):
            places, centers = torch.randn(n, d), torch.randn(k, d)
            seen = Feedback.call_user(self.st.nearest, places, centers)
            if seen.tolist() != self.ref.nearest(places, centers).tolist():
                Feedback.add_feedback(f"indices of {n} points, {k} centers are wrong")
                Feedback.set_score(0)
                return
        Feedback.set_score(1)

    @points(1)
    @name("No center is refused.")
    def test_no_center(self):
        for count in (1, 2):
            Feedback.call_user(self.st.nearest, torch.ones(4, 2), torch.ones(count, 2))
        try:
            self.st.nearest(torch.ones(4, 2), torch.ones(0, 2))
        except ValueError:
            Feedback.set_score(1)
        else:
            Feedback.add_feedback("no center must raise ValueError")
            Feedback.set_score(0)
