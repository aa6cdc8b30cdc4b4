-- What the third role of the database reads (audit.app_role): published figures alone, nobody's own.
CREATE VIEW casework_published_figures AS
    SELECT period, basis, day, made_at, content FROM casework_figuresheet WHERE NOT whole;
