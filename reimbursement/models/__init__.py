from reimbursement.models.absence import Absence
from reimbursement.models.basis import BasisDocument, BasisLine, PaymentBasis
from reimbursement.models.manual_line import ManualLine
from reimbursement.models.remark import Remark
from reimbursement.models.term import Term

__all__ = ["Absence", "BasisDocument", "BasisLine", "ManualLine", "PaymentBasis", "Remark", "Term"]
