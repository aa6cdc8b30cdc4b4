from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        from desk.work import KINDS
        from oversight.followup.work import CheckToMake, ComplaintToAnswer, DecisionToExecute, RemarkToRemedy
        from oversight.review.services import review_notice
        from oversight.secrecy.work import AddressQuestion, ProtectionToAnswer
        from staff_ui import home

        home.add_notice(review_notice)
        KINDS.register(AddressQuestion, ProtectionToAnswer)
        KINDS.register(ComplaintToAnswer, DecisionToExecute, RemarkToRemedy, CheckToMake)
