-- statement: in_care
SELECT person_id, minutes FROM in_care

-- statement: answer
SELECT person_id, answer FROM round_person

-- statement: moved
SELECT person_id, area_id, valid_from, reason FROM moved

-- statement: met
SELECT person_id, area_id, valid_from, queue_date, minutes FROM met
