from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "administration"

    def ready(self) -> None:
        from administration.exits.work import ExitProposal, LeavingProvider
        from administration.payment.work import MonthToApprove, RemarkToAnswer, SumProposal, TermProposal
        from administration.post.work import AppealRuleToApprove, BatchToApprove, TextToApprove
        from administration.quotas.import_file import Quotas
        from administration.quotas.work import PresentationProposal, QuotaProposal
        from administration.rounds.work import ProofToRead
        from administration.runs.work import WaitingRun
        from choices.imports import register
        from desk.work import KINDS

        register(Quotas())
        KINDS.register(WaitingRun, QuotaProposal, PresentationProposal, ProofToRead, BatchToApprove, TextToApprove)
        KINDS.register(AppealRuleToApprove, ExitProposal, LeavingProvider)
        KINDS.register(TermProposal, SumProposal, MonthToApprove, RemarkToAnswer)
