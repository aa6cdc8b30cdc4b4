-- An order is about the person of its placement: orders of a person, and the reason asked before a protected one, are
-- found by the column.
ALTER TABLE allocation_placement ADD CONSTRAINT allocation_placement_of_person UNIQUE (id, person_id);
ALTER TABLE handover_order ADD CONSTRAINT handover_order_person_of_placement FOREIGN KEY (placement_id, person_id)
    REFERENCES allocation_placement (id, person_id) DEFERRABLE INITIALLY DEFERRED;
