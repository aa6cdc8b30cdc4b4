-- statement: in_care
SELECT person_id, minutes FROM in_care

-- statement: answer
SELECT person_id, answer FROM round_person
