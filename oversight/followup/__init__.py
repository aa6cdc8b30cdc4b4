"""Pages of the follow-up: IVO's list, complaints, control, performed time, the yearly report."""
