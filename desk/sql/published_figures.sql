-- Views of the reporting role (audit.app_role): published figures only.
CREATE VIEW casework_published_figures AS
    SELECT period, basis, day, made_at, content FROM casework_figuresheet WHERE NOT whole;
