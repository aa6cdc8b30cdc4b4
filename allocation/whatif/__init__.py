"""Simulation: years of nights on a copy of today's data, in memory. Only ``start`` reads the database."""

from .habits import Habits, habits_of
from .replications import replicate
from .result import AreaRow, ContractRow, FirstChoice, HoursClass, Queue, Result, Step, WaitSummary, hours_class
from .scenario import CeilingStep, GuaranteeStep, Scenario, ScenarioError, ShareStep, scenario_from_json
from .simulate import simulate

__all__ = [
    "AreaRow",
    "CeilingStep",
    "ContractRow",
    "FirstChoice",
    "GuaranteeStep",
    "Habits",
    "HoursClass",
    "Queue",
    "Result",
    "Scenario",
    "ScenarioError",
    "ShareStep",
    "Step",
    "WaitSummary",
    "habits_of",
    "hours_class",
    "replicate",
    "scenario_from_json",
    "simulate",
]
